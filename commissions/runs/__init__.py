"""A payroll run: who starts it, who computes its chunks, how its payslips become visible at once."""
