"""What every report is made of: columns, filters, rows that the screen and the Excel share."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from commissions.models import PayrollRun
from pages.tables import sought
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from storage.spreadsheets import MONEY, NUMBER, TEXT, Sheet
from venues.models import Month, Venue

SHEET = "sheet"
Value = str | int | Decimal | date | None


@dataclass(frozen=True, kw_only=True)
class ReportColumn:
    """A column of a report: name, head, number format and width in the Excel, look on the screen.

    Names of people are ``name``; they lead to the payslip. ``sorts`` says which way the first click sorts. What looks
    ``SHEET`` stands in the Excel alone.
    """

    name: str
    label: Promise | str
    format: str = TEXT
    width: int = 12
    look: str = "desk"
    sorts: str | None = None
    is_added: bool = False

    @property
    def is_figure(self) -> bool:
        return self.format in (MONEY, NUMBER)


class Filter(NamedTuple):
    """A field that narrows a report: a search without choices, else one of many."""

    name: str
    label: Promise | str
    choices: Callable[[], Sequence[tuple[str, Any]]] | None = None


@dataclass(frozen=True)
class ReportRow:
    """Values in the order of the columns; whose they are, and of which month's payslip, where there is one."""

    values: Sequence[Value]
    employee: int | None = None
    month: CalendarMonth | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: of a house's month, with which filters, in which order. ``run`` is the month's current one."""

    venue: Venue
    month: CalendarMonth
    row: Month | None
    run: PayrollRun | None
    now: datetime
    given: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    is_descending: bool = False

    def words(self, name: str = "q") -> str:
        return sought(self.given.get(name, ""))


class Answer:
    """A report's rows, counted and cut to pages; ``totals`` are the sums of all of them by column."""

    def __init__(
        self,
        columns: Sequence[ReportColumn],
        count: int,
        part: Callable[[int, int | None], Iterable[ReportRow]],
        totals: Mapping[str, Value],
    ) -> None:
        self.columns, self.count_of, self.part, self.totals = columns, count, part, totals

    def __len__(self) -> int:
        return self.count_of

    def __getitem__(self, cut: slice) -> list[ReportRow]:
        return list(self.part(cut.start or 0, cut.stop))

    def __iter__(self) -> Iterator[ReportRow]:
        return iter(self.part(0, None))

    @property
    def foot(self) -> list[Value]:
        """The sums in the order of the columns, the word for them first."""
        return [_("Total"), *(self.totals.get(column.name) for column in self.columns[1:])]


@dataclass(frozen=True, kw_only=True)
class ReportKind:
    """A report: its name in addresses and files, its words, its filters, how it is answered.

    ``needs_run``: its figures are the payroll's, so that a month that was not computed has none.
    """

    slug: str
    title: Promise | str
    about: Promise | str
    icon: str
    filters: Sequence[Filter]
    default: str
    answer: Callable[[Question], Answer]
    columns: Callable[[Question], Sequence[ReportColumn]]
    needs_run: bool = True
    is_of_year: bool = False


def listed(columns: Sequence[ReportColumn], rows: Sequence[ReportRow], question: Question) -> Answer:
    """An answer of rows that are read already; alike rows stay in the order they came in."""
    places = {column.name: place for place, column in enumerate(columns)}
    place = places[question.sort]

    def key(row: ReportRow) -> tuple[bool, Any]:
        value = row.values[place]
        return (value is not None, 0 if value is None else value)

    ordered = sorted(rows, key=key, reverse=question.is_descending)
    totals = {
        column.name: sum((row.values[at] or 0 for row in rows), ZERO if column.format == MONEY else 0)
        for column, at in ((column, places[column.name]) for column in columns)
        if column.is_added
    }
    return Answer(columns, len(ordered), lambda start, stop: ordered[start:stop], totals)


def cut(rows: QuerySet[Any], shape: Callable[[Any], ReportRow]) -> Callable[[int, int | None], Iterator[ReportRow]]:
    """The pages of a query, each row put into shape."""

    def part(start: int, stop: int | None) -> Iterator[ReportRow]:
        found = rows.iterator() if stop is None and not start else rows[start:stop]
        return (shape(row) for row in found)

    return part


def sheet_of(kind: ReportKind, answer: Answer) -> Sheet:
    """A report as the one sheet of its Excel, its sums last."""

    def rows() -> Iterator[Sequence[Value]]:
        for row in answer:
            yield row.values
        yield answer.foot

    columns = [(str(column.label), column.format, column.width) for column in answer.columns]
    return Sheet(str(kind.title), columns, rows(), ends_with_sum=True)
