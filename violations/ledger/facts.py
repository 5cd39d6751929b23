"""A month of facts as the rules take them."""

from dataclasses import dataclass, field
from datetime import date, tzinfo

from rulebook.attendance import Day, Leave, OffPost, Punch, Rest, Shift
from rulebook.calendar import CalendarMonth
from rulebook.comps import Comp, CompTable
from rulebook.fines import Fine
from rulebook.pay import Employment
from rulebook.policy import Policy
from rulebook.reports import Report
from rulebook.sales import Booking


@dataclass(slots=True, kw_only=True)
class PersonFacts:
    """One person's month. The dictionaries lead from a record's number to its primary key."""

    id: int
    number: str
    employment: Employment
    rests: list[Rest] = field(default_factory=list)
    punches: list[Punch] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    off_posts: list[OffPost] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    booking_ids: dict[str, int] = field(default_factory=dict)
    waiting_reports: list[Report] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class MonthFacts:
    """The month of some people of one venue.

    ``decided`` is the last business day that has ended and lies in the month (the day before its first
    where none has). ``comps`` and ``tables`` hold all that the comps of these people hang on, others' too.
    """

    month: CalendarMonth
    zone: tzinfo
    policy: Policy
    decided: date
    event_days: frozenset[date]
    shifts: dict[date, Shift]
    people: dict[int, PersonFacts] = field(default_factory=dict)
    comps: list[Comp] = field(default_factory=list)
    tables: dict[str, CompTable] = field(default_factory=dict)
    records: dict[tuple[str, int], int] = field(default_factory=dict)  # (source, person) → record
    in_use_from: date | None = None  # before it no day is decided

    @property
    def is_over(self) -> bool:
        return self.decided == self.month.last


@dataclass(frozen=True, slots=True)
class Derived:
    """What the rules make of one person's month."""

    days: list[Day]
    fines: list[Fine]
