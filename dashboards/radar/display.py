"""The radar's findings in words, each with its records."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from bookings.models import Booking
from comps.models import Comp
from dashboards.radar.findings import WINDOW_MINUTES, Finding, FindingKind, Subject, gap
from dashboards.radar.month_facts import Booked, Facts, Given
from pages.formats import clock, figure, short_day, whole_yuan
from rulebook.clauses import percent
from rulebook.comps import Ground
from rulebook.money import ZERO, portion
from staff.models import Employee
from venues.models import Venue

MOST_RECORDS = 50
"""So many records of a finding stand on the page; the Excel has all."""
FEW = 100
"""More people than these are looked up among all of the venue: naming each in a query takes longer."""

KINDS: Mapping[FindingKind, tuple[Promise | str, str]] = {
    FindingKind.JUST_BEFORE: (gettext_lazy("Registered just before the arrival"), "clock"),
    FindingKind.EXACT: (gettext_lazy("Arrived at exactly the lead"), "check-badge"),
    FindingKind.COMPS: (gettext_lazy("Comps that cluster"), "gift"),
    FindingKind.LIMIT: (gettext_lazy("Comps at exactly the limit"), "arrow-up-on-square"),
    FindingKind.PHONE: (gettext_lazy("One phone, several managers"), "device-phone-mobile"),
}


class Head(NamedTuple):
    """A column of a finding's records; ``is_desk``: on the desk alone."""

    label: Promise | str
    is_number: bool = False
    is_desk: bool = False

    @property
    def css(self) -> str:
        """The classes of its cells."""
        return _CSS[self.is_number, self.is_desk]


_CSS = {
    (is_number, is_desk): mark_safe(" ".join(filter(None, ("num" * is_number, "desk" * is_desk))))
    for is_number in (False, True)
    for is_desk in (False, True)
}


class Record(NamedTuple):
    """A record: its booking's key and number, its other cells."""

    booking: int
    number: str
    cells: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class FindingView:
    """A finding as it is read."""

    finding: Finding
    title: Promise | str
    icon: str
    who: str
    number: str  # the staff number, where it is an account manager's
    text: str
    more: str
    heads: Sequence[Head]
    records: Sequence[Record]
    more_records: int

    @property
    def person(self) -> int | None:
        return int(self.finding.key) if self.finding.subject == Subject.PERSON else None

    @property
    def columns(self) -> Iterator[Sequence[tuple[Head, str]]]:
        """The cells of each record with their heads."""
        return (list(zip(self.heads, record.cells, strict=True)) for record in self.records)

    @property
    def rows(self) -> Iterator[tuple[Record, Sequence[tuple[Head, str]]]]:
        return zip(self.records, self.columns, strict=True)


class Names(NamedTuple):
    """The names of account managers with their numbers, and of users, by primary key."""

    people: Mapping[int, tuple[str, str]]
    users: Mapping[int, str]

    def person(self, pk: int) -> str:
        return self.people.get(pk, ("—", ""))[0]

    def user(self, pk: int | None) -> str:
        return self.users.get(pk, "—") if pk is not None else "—"


def people_named(venue: Venue, people: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Name and number of these account managers, by number; one query."""
    wanted = set(people)
    rows = Employee.objects.filter(venue=venue).order_by("number").values_list("pk", "name", "number")
    if len(wanted) <= FEW:
        rows = rows.filter(pk__in=wanted)
    return {pk: (name, number) for pk, name, number in rows if pk in wanted}


def names_for(venue: Venue, findings: Iterable[Finding]) -> Names:
    """The names that stand in some findings; two queries."""
    people, users = set[int](), set[int]()
    for finding in findings:
        people |= finding.people | {one.person for one in finding.bookings}
        users |= {one.confirmed_by for one in finding.bookings if one.confirmed_by is not None}
    found = User.objects.filter(pk__in=users)
    return Names(people_named(venue, people), {user.pk: user.get_full_name() or user.username for user in found})


def shown(finding: Finding, facts: Facts, names: Names, *, most: int | None = MOST_RECORDS) -> FindingView:
    """A finding in words; ``most`` of its records, all where it is None."""
    title, icon = KINDS[finding.kind]
    heads, rows = _RECORDS[finding.kind]
    records = [Record(booking.pk, booking.number, cells) for booking, cells in rows(finding, facts, names)]
    kept = records if most is None else records[:most]
    number = names.people.get(int(finding.key), ("", ""))[1] if finding.subject == Subject.PERSON else ""
    return FindingView(
        finding=finding,
        title=title,
        icon=icon,
        who=_who(finding, names),
        number=number,
        text=_text(finding, facts),
        more=_more(finding, names),
        heads=heads,
        records=kept,
        more_records=len(records) - len(kept),
    )


def share_text(rate: Fraction) -> str:
    """A share in whole percent, half up."""
    return f"{int(rate * 100 + Fraction(1, 2))}%"


def _who(finding: Finding, names: Names) -> str:
    match finding.subject:
        case Subject.PERSON:
            return names.person(int(finding.key))
        case Subject.CONFIRMER:
            return names.user(int(finding.key))
        case Subject.TABLE:
            return _("Table %(code)s") % {"code": finding.key}
    return _("Phone …%(digits)s") % {"digits": finding.key}


def _text(finding: Finding, facts: Facts) -> str:
    own, rest = finding.own, finding.rest
    what = {
        "count": own.count,
        "of": own.of,
        "share": share_text(own.rate),
        "rest": share_text(rest.rate),
        "lead": facts.lead_minutes,
        "most": facts.lead_minutes + WINDOW_MINUTES,
        "amount": whole_yuan(finding.amount),
        "rate": percent(facts.spend_rate),
    }
    match finding.kind, finding.subject:
        case FindingKind.PHONE, _subject:
            return _("%(count)s bookings under %(of)s account managers") % what
        case FindingKind.JUST_BEFORE, _subject:
            text = _("%(count)s of %(of)s bookings (%(share)s) registered %(lead)s to %(most)s minutes before") % what
        case FindingKind.EXACT, Subject.CONFIRMER:
            text = _("%(count)s of %(of)s arrivals confirmed (%(share)s) at exactly %(lead)s minutes") % what
        case FindingKind.EXACT, _subject:
            text = _("%(count)s of %(of)s bookings (%(share)s) arrived at exactly %(lead)s minutes") % what
        case FindingKind.LIMIT, _subject:
            text = _("%(count)s of %(of)s bookings comped by spend (%(share)s) come to the %(rate)s") % what
        case _kind:
            text = _("%(count)s of %(of)s bookings (%(share)s) with a comp, %(amount)s in all") % what
    return text + (_(", the others %(rest)s") % what if rest.of else _(", nobody to compare with"))


def _more(finding: Finding, names: Names) -> str:
    """Who confirmed, or whose bookings these are, with how many each."""
    if finding.kind == FindingKind.PHONE:
        counts = Counter(names.person(one.person) for one in finding.bookings)
    elif finding.kind == FindingKind.EXACT and finding.subject == Subject.PERSON:
        counts = Counter(names.user(one.confirmed_by) for one in finding.bookings if one.confirmed_by is not None)
        if counts:
            return _("Confirmed by %(people)s") % {"people": _counted(counts)}
        return ""
    elif finding.kind == FindingKind.EXACT or finding.subject == Subject.TABLE:
        counts = Counter(names.person(one.person) for one in finding.bookings)
    else:
        return ""
    return _counted(counts)


def _counted(counts: Counter[str]) -> str:
    return " · ".join(f"{name} {count}" for name, count in counts.most_common())


def between(span: timedelta | None) -> str:
    """``10:24``: minutes and seconds from the registration to the arrival."""
    if span is None:
        return "—"
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"


Cells = Callable[[Finding, Facts, Names], Iterator[tuple[Booked, Sequence[str]]]]


def _arrivals(finding: Finding, facts: Facts, names: Names) -> Iterator[tuple[Booked, Sequence[str]]]:
    for one in finding.bookings:
        registered, arrived = (clock(moment) if moment else "—" for moment in (one.registered, one.arrived))
        yield one, (
            short_day(one.day), one.table or "—", names.person(one.person), registered, arrived, between(gap(one)),
            names.user(one.confirmed_by),
        )  # fmt: skip


def _phones(finding: Finding, facts: Facts, names: Names) -> Iterator[tuple[Booked, Sequence[str]]]:
    for one in finding.bookings:
        state = str(Booking.State(one.state).label).capitalize()
        yield one, (
            short_day(one.day), one.table or "—", names.person(one.person), state,
            "—" if one.spend is None else figure(one.spend),
        )  # fmt: skip


def _comps(finding: Finding, facts: Facts, names: Names) -> Iterator[tuple[Booked, Sequence[str]]]:
    bookings = {one.pk: one for one in finding.bookings}
    for comp in finding.comps:
        one = bookings[comp.booking]
        yield one, (
            short_day(one.day), one.table or "—", names.person(comp.person), _item(comp),
            str(Comp.Ground(comp.ground).label).capitalize(), figure(comp.amount),
        )  # fmt: skip


def _limits(finding: Finding, facts: Facts, names: Names) -> Iterator[tuple[Booked, Sequence[str]]]:
    for one in finding.bookings:
        spend = one.spend
        if spend is None:
            continue
        given = [comp for comp in finding.comps if comp.booking == one.pk and comp.ground == Ground.SPEND]
        allowance = portion(spend, (facts.spend_rate, 1))
        comped = sum((comp.amount for comp in given), ZERO)
        yield one, (
            short_day(one.day), one.table or "—", ", ".join(_item(comp) for comp in given), figure(spend),
            figure(allowance), figure(comped),
        )  # fmt: skip


def _item(comp: Given) -> str:
    return comp.item or str(Comp.Category(comp.category).label).capitalize()


_DAY, _TABLE = Head(gettext_lazy("Business day")), Head(gettext_lazy("Table"))
_MANAGER = Head(gettext_lazy("Account manager"), is_desk=True)
_SPEND = Head(gettext_lazy("Spend"), is_number=True)
_ARRIVALS = (
    _DAY,
    _TABLE,
    _MANAGER,
    Head(gettext_lazy("Registered"), is_number=True, is_desk=True),
    Head(gettext_lazy("Arrived"), is_number=True, is_desk=True),
    Head(gettext_lazy("Between (min)"), is_number=True),
    Head(gettext_lazy("Confirmed by"), is_desk=True),
)
_RECORDS: Mapping[FindingKind, tuple[Sequence[Head], Cells]] = {
    FindingKind.JUST_BEFORE: (_ARRIVALS, _arrivals),
    FindingKind.EXACT: (_ARRIVALS, _arrivals),
    FindingKind.PHONE: (
        (_DAY, _TABLE, Head(gettext_lazy("Account manager")), Head(gettext_lazy("State"), is_desk=True), _SPEND),
        _phones,
    ),
    FindingKind.COMPS: (
        (
            _DAY,
            _TABLE,
            _MANAGER,
            Head(gettext_lazy("Item")),
            Head(gettext_lazy("Ground"), is_desk=True),
            Head(gettext_lazy("Amount"), is_number=True),
        ),
        _comps,
    ),
    FindingKind.LIMIT: (
        (
            _DAY,
            _TABLE,
            Head(gettext_lazy("Item"), is_desk=True),
            _SPEND,
            Head(gettext_lazy("Limit"), is_number=True, is_desk=True),
            Head(gettext_lazy("Comped"), is_number=True),
        ),
        _limits,
    ),
}
