"""The leak radar: patterns in a month's bookings and comps that are worth a look, none an accusation."""
