"""The pages of a month's payroll."""
