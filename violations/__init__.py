"""The penalty ledger and the reports it is fed with."""
