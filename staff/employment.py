"""Find the days that a change to an employment touches."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rulebook.money import ZERO
from rulebook.pay import Employment
from staff.models import Employee

ENDING = ("left_on", "exit_kind", "noticed_on", "deposit")
"""What counts on the day of leaving alone."""


def employment_touched(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> tuple[date, date | None] | None:
    """The days on which a change to a person's employment tells; None where it tells nothing of pay.

    ``before`` is None for somebody new.
    """
    if before is None:
        return now["hired_on"], now["left_on"]
    days = []
    if now["hired_on"] != before["hired_on"]:
        days += [now["hired_on"], before["hired_on"]]
    if any(now[name] != before[name] for name in ENDING):
        days += [day for day in (now["left_on"], before["left_on"]) if day is not None]
    return (min(days), None) if days else None


def employment_facts(person: Employee) -> Employment:
    """A person's employment, as the rules are told it."""
    return Employment(person.hired_on, person.left_on, person.exit_kind, person.noticed_on, person.deposit or ZERO)
