"""Bonuses, withholdings and corrections that HR enters."""
