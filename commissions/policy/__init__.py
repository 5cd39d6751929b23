"""The policy's versions: stated, shown, tried on a past month, taken back."""
