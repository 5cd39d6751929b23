"""Counted sales, bonuses, payroll runs, payslips, the Excel going out."""
