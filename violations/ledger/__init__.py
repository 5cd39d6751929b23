"""The penalty ledger: derived from facts, kept in step, waived."""
