"""What people ask of the supervisor: leave, rests, swaps, corrections; priced, asked, decided."""
