"""One payslip explained: its lines, what lies behind them, the person's own pages, the print."""
