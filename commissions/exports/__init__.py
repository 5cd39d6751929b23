"""The workbooks that go out: the payroll, the bank's sheet."""
