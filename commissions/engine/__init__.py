"""Facts to payslips: what pay is told, the computation, a month as of now, a month under another policy."""
