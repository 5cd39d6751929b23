"""The pages of one's own pay, and payslips as documents."""
