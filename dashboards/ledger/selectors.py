"""The house's fines of a month as the ledger has them: filtered, summed, as sheets."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from commissions.models import PayrollRun
from commissions.payslips.texts import fine_text, title_of
from pages.converters import DayConverter
from pages.formats import day as day_shown
from pages.forms import CleanedForm
from pages.tables import holds
from rulebook.articles import CHAPTERS, FINED_ARTICLES
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from storage.money import MoneySum
from storage.spreadsheets import DAY, MONEY, NUMBER, TEXT, Sheet
from venues.models import Month, Venue
from violations.ledger.inputs import decided_in
from violations.models import Penalty, Reconciled
from violations.reports.consequences import in_language

State = Penalty.State
SORTS = {
    "day": ("business_day",),
    "person": ("employee__number",),
    "article": ("article",),
    "amount": ("amount",),
}
PERSON, ARTICLE, DAY_OF = "person", "article", "day"
CHARGED = Q(state=State.CHARGED)
GROUPS = (PERSON, ARTICLE, DAY_OF)
GROUP_SORTS = ("key", "fines", "notes", "charged", "waived", "not_charged")
_KEYS = {PERSON: ("employee__number", "employee__name"), ARTICLE: ("article",), DAY_OF: ("business_day",)}
_COUNTED = {
    "fines": Count("pk", filter=Q(amount__gt=0) & ~Q(state=State.WITHDRAWN)),
    "notes": Count("pk", filter=Q(amount=0) & ~Q(state=State.WITHDRAWN)),
    "charged": MoneySum("amount", filter=CHARGED),
    "waived": MoneySum("amount", filter=Q(state=State.WAIVED)),
    "not_charged": MoneySum("amount", filter=Q(state=State.NOT_CHARGED)),
}
_SEARCH = {"type": "search", "enterkeyhint": "search", "autocomplete": "off"}


def ledger_of(venue: Venue, month: CalendarMonth) -> QuerySet[Penalty]:
    """All that a month's ledger holds of a house, in every state."""
    return Penalty.objects.filter(employee__venue=venue, business_day__range=(month.first, month.last))


class LedgerFilter(django_filters.FilterSet):
    """Fines by person, article or chapter, day, state, with an amount or without; what is unknown filters nothing."""

    q = django_filters.CharFilter(method="by_words", widget=forms.TextInput(attrs=_SEARCH))
    person = django_filters.CharFilter(field_name="employee__number")
    article = django_filters.CharFilter(method="by_article")
    day = django_filters.CharFilter(method="by_day")
    state = django_filters.ChoiceFilter(choices=State)
    kind = django_filters.ChoiceFilter(method="by_kind", choices=[("fines", ""), ("notes", "")])

    class Meta:
        model = Penalty
        form = CleanedForm
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Penalty]) -> QuerySet[Penalty]:
        """What the facts no longer imply is shown only where it is asked for."""
        found: QuerySet[Penalty] = super().filter_queryset(queryset)
        return found if self.chosen("state") else found.exclude(state=State.WITHDRAWN)

    def chosen(self, name: str) -> str:
        """What is filtered by; empty where it was not understood."""
        return str(self.form.cleaned_data.get(name) or "") if self.is_bound and not self.form.errors.get(name) else ""

    @property
    def is_filtered(self) -> bool:
        return any(self.chosen(name) for name in self.filters)

    def by_words(self, queryset: QuerySet[Penalty], _name: str, value: str) -> QuerySet[Penalty]:
        words = value.strip()
        return queryset.filter(holds(words, "employee__name", "employee__number", "employee__name_pinyin"))

    def by_article(self, queryset: QuerySet[Penalty], _name: str, value: str) -> QuerySet[Penalty]:
        if value in FINED_ARTICLES:
            return queryset.filter(article=value)
        return queryset.filter(article__startswith=f"{value}.") if value in _chapters() else queryset

    def by_day(self, queryset: QuerySet[Penalty], _name: str, value: str) -> QuerySet[Penalty]:
        day = read_day(value)
        return queryset if day is None else queryset.filter(business_day=day)

    def by_kind(self, queryset: QuerySet[Penalty], _name: str, value: str) -> QuerySet[Penalty]:
        return queryset.filter(amount__gt=0) if value == "fines" else queryset.filter(amount=0)


def read_day(text: str) -> date | None:
    """A day of an address; None where it is none."""
    try:
        return DayConverter().to_python(text)
    except ValueError:
        return None


def _chapters() -> list[str]:
    return sorted({article.partition(".")[0] for article in FINED_ARTICLES})


def article_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The articles by chapter, each chapter's own choice first."""
    return [
        (
            in_language(CHAPTERS[int(chapter)]),
            [(chapter, _("All of chapter %(number)s") % {"number": chapter})]
            + [(code, f"{code} {title_of(code)}") for code in FINED_ARTICLES if code.startswith(f"{chapter}.")],
        )
        for chapter in _chapters()
    ]


def ordered(rows: QuerySet[Penalty], sort: str, *, is_descending: bool) -> QuerySet[Penalty]:
    """Fines by a column; those that are alike by day, person, article, so that every page has its own."""
    sign = "-" if is_descending else ""
    first = [f"{sign}{column}" for column in SORTS[sort]]
    return rows.order_by(*first, "business_day", "employee__number", "article", "source", "pk")


class Sums(NamedTuple):
    """What some fines come to: how many with an amount, how many without, yuan by state."""

    fines: int
    notes: int
    charged: Decimal
    waived: Decimal
    not_charged: Decimal


class Group(NamedTuple):
    """The fines of one person, article or day: the filter that shows them, its words, its sums."""

    value: str
    label: str
    detail: str
    sums: Sums


def state_text(state: str, amount: Decimal) -> str:
    """The state of a fine in words; what costs nothing is noted, not charged."""
    return str(_("noted") if state == State.CHARGED and not amount else State(state).label)


def sums_of(rows: QuerySet[Penalty]) -> Sums:
    """What some fines come to; one query."""
    return Sums(**rows.order_by().aggregate(**_COUNTED))


def groups_of(rows: QuerySet[Penalty], by: str, sort: str = "key", *, is_descending: bool = False) -> QuerySet[Any]:
    """The sums of some fines by person, article or day, as rows for ``group_of``."""
    keys = _KEYS[by]
    sign = "-" if is_descending else ""
    first = [f"{sign}{keys[0]}"] if sort == "key" else [f"{sign}{sort}"]
    sums: QuerySet[Any, Any] = rows.order_by().values(*keys).annotate(**_COUNTED).order_by(*first, *keys)
    return sums


def group_of(by: str, row: dict[str, Any]) -> Group:
    """A row of ``groups_of`` in words."""
    sums = Sums(**{name: row[name] for name in Sums._fields})
    if by == PERSON:
        return Group(row["employee__number"], row["employee__name"], row["employee__number"], sums)
    if by == ARTICLE:
        return Group(row["article"], title_of(row["article"]), row["article"], sums)
    return Group(str(row["business_day"]), day_shown(row["business_day"]), "", sums)


class InStep(NamedTuple):
    """How far a month's ledger follows the facts: through which day, as of when, whether anything changed since."""

    through: date
    at: datetime | None
    is_whole: bool


def in_step(venue: Venue, month: CalendarMonth, row: Month | None, *, now: datetime) -> InStep:
    """How far the ledger of a month is in step, by its last reconciliation and its last run; two queries at most."""
    decided = decided_in(month, now, venue.zone)
    before = InStep(month.first, None, is_whole=False)
    if row is None:
        return before
    found = [(one.revision, one.through, one.at) for one in Reconciled.objects.filter(month=row)]
    runs = PayrollRun.objects.filter(month=row, is_current=True).values_list("revision", "provisional_day", "as_of")
    found += [(revision, through or month.last, at) for revision, through, at in runs]
    if not found:
        return before
    revision, through, at = max(found)
    return InStep(through, at, is_whole=row.state != Month.State.OPEN or (revision, through) == (row.revision, decided))


LEDGER_COLUMNS = (
    (gettext_lazy("Business day"), DAY, 12),
    (gettext_lazy("Staff number"), TEXT, 11),
    (gettext_lazy("Name"), TEXT, 12),
    (gettext_lazy("Article"), TEXT, 8),
    (pgettext_lazy("fine", "What"), TEXT, 16),
    (gettext_lazy("Ground"), TEXT, 44),
    (gettext_lazy("State"), TEXT, 12),
    (gettext_lazy("Fine (yuan)"), MONEY, 12),
    (gettext_lazy("Charged (yuan)"), MONEY, 12),
    (gettext_lazy("Waived by"), TEXT, 12),
    (gettext_lazy("Reason of the waiver"), TEXT, 30),
)
SUM_COLUMNS = (
    (pgettext_lazy("many", "Fines"), NUMBER, 8),
    (pgettext_lazy("conduct", "Notes"), NUMBER, 8),
    (gettext_lazy("Charged (yuan)"), MONEY, 12),
    (gettext_lazy("Waived (yuan)"), MONEY, 12),
    (gettext_lazy("Not charged (yuan)"), MONEY, 12),
)


def fine_rows(rows: QuerySet[Penalty]) -> Iterator[list[Any]]:
    """Fines as rows of ``LEDGER_COLUMNS``, and their sum."""
    total = charged = ZERO
    columns = (
        "business_day", "employee__number", "employee__name", "article", "basis", "state", "amount",
        "waived_by__name", "waived_by__username", "waiver_reason",
    )  # fmt: skip
    for day, number, name, article, basis, state, amount, by, username, reason in rows.values_list(*columns):
        costs = amount if state == State.CHARGED else ZERO
        total, charged = total + amount, charged + costs
        yield [
            day, number, name, article, title_of(article), fine_text(article, basis), state_text(state, amount), amount,
            costs, *((by or username, reason) if state == State.WAIVED else (None, None)),
        ]  # fmt: skip
    yield [_("Total"), *[None] * 6, total, charged, None, None]


def _group_rows(rows: QuerySet[Penalty], by: str) -> Iterator[list[Any]]:
    for row in groups_of(rows, by):
        group = group_of(by, row)
        if by == DAY_OF:
            yield [row["business_day"], *group.sums]
        else:
            yield [group.detail, group.label, *group.sums]
    yield [_("Total"), *([] if by == DAY_OF else [None]), *sums_of(rows)]


def ledger_sheets(rows: QuerySet[Penalty]) -> Iterator[Sheet]:
    """The fines as they stand on the screen, one by one and by person, article and day."""
    yield Sheet(_("Ledger"), _named(LEDGER_COLUMNS), fine_rows(rows), ends_with_sum=True)
    heads: dict[str, tuple[str, Sequence[Any]]] = {
        PERSON: (_("By person"), [(_("Staff number"), TEXT, 11), (_("Name"), TEXT, 12)]),
        ARTICLE: (_("By article"), [(_("Article"), TEXT, 8), (_("Title"), TEXT, 16)]),
        DAY_OF: (_("By day"), [(_("Business day"), DAY, 12)]),
    }
    for by, (title, columns) in heads.items():
        yield Sheet(title, [*columns, *_named(SUM_COLUMNS)], _group_rows(rows, by), ends_with_sum=True)


def _named(columns: Sequence[Any]) -> list[tuple[str, str, int]]:
    return [(str(heading), number, width) for heading, number, width in columns]
