"""The pages of payroll, and an account manager's own."""
