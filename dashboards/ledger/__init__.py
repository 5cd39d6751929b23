"""The house's fines of a month: filtered, summed, one with its evidence and its waiver."""
