"""What was changed of a person's file and of the facts of their month: who, when, from what to what, why."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django.db.models import CharField, F, IntegerField, Q, Value
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from accounts.models import User
from attendance.models import Leave, OffPost, Punch, Rest
from bookings.models import Booking
from commissions.models import Bonus, Withholding
from dashboards.hr_files.history import file_changes
from pages.changes import Change, changes_of
from pages.formats import day, yuan
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from violations.models import Penalty, Report, Waiving

_BOOKING = (
    "business_day", "state", "employee_id", "table", "guest_name", "guest_phone", "expected_at", "registered_at",
    "arrived_at", "spend",
)  # fmt: skip


class RecordKind(NamedTuple):
    """Records of a month whose changes are told: their fields, how one is named, whether they are of pay."""

    group: str
    model: Any
    fields: tuple[str, ...]
    name: Callable[[Any], str]
    days: str = "business_day"
    is_pay: bool = False


KINDS = (
    RecordKind(
        "attendance",
        Punch,
        ("arrived_at", "left_at", "arrival_approver", "departure_approver"),
        lambda row: f"{Punch._meta.verbose_name} {day(row.business_day)}",
    ),
    RecordKind(
        "attendance",
        Rest,
        ("business_day", "kind", "approver"),
        lambda row: f"{Rest._meta.verbose_name} {day(row.business_day)}",
    ),
    RecordKind(
        "attendance",
        Leave,
        ("kind", "first_day", "last_day", "approver", "has_certificate", "has_receipt", "has_sick_note"),
        lambda row: f"{row.get_kind_display()} {day(row.first_day)}",
        days="first_day",
    ),
    RecordKind(
        "attendance",
        OffPost,
        ("left_at", "returned_at", "approver"),
        lambda row: f"{OffPost._meta.verbose_name} {day(row.business_day)}",
    ),
    RecordKind(
        "bookings",
        Booking,
        _BOOKING,
        lambda row: f"{Booking._meta.verbose_name} {row.number} {day(row.business_day)}",
    ),
    RecordKind(
        "violations",
        Report,
        ("business_day", "article", "amount", "note"),
        lambda row: f"{Report._meta.verbose_name} {row.article} {day(row.business_day)}",
    ),
    RecordKind(
        "amounts",
        Bonus,
        ("amount", "reason"),
        lambda row: f"{Bonus._meta.verbose_name} {row.reason}",
        days="month",
        is_pay=True,
    ),
    RecordKind(
        "amounts",
        Withholding,
        ("amount", "kind", "reason"),
        lambda row: row.get_kind_display(),
        days="month",
        is_pay=True,
    ),
)
_RECORD = pgettext_lazy("record", "file")
GROUPS: dict[str, Promise | str] = {
    "file": _RECORD,
    "attendance": gettext_lazy("attendance"),
    "bookings": gettext_lazy("bookings"),
    "violations": gettext_lazy("violations"),
    "amounts": gettext_lazy("bonuses and withholdings"),
}


def month_changes(
    employee: Employee, month: CalendarMonth, *, sees_pay: bool, groups: Sequence[str] = tuple(GROUPS)
) -> list[Change]:
    """The changes of a person's file, and of the records of their month, the latest first; nine queries at most."""
    found: list[Change] = []
    if "file" in groups:
        rows = employee.history.select_related("history_user", "user")
        found += file_changes(rows, sees_pay=sees_pay, record=str(_RECORD))
    for kind in KINDS:
        if kind.group in groups and not kind.is_pay:
            found += _of_kind(kind, _rows_of(kind, employee, month))
    if "amounts" in groups and sees_pay:
        for kind, amounts in _amounts(employee, month):
            found += _of_kind(kind, amounts)
    if "violations" in groups:
        found += _waivings(employee, month)
    return sorted(found, key=lambda change: change.at, reverse=True)


def _waivings(employee: Employee, month: CalendarMonth) -> Iterator[Change]:
    """What was waived of a person's fines of a month, and what of that was taken back; one query."""
    charged, waived = str(Penalty.State.CHARGED.label), str(Penalty.State.WAIVED.label)
    rows = Waiving.objects.filter(
        penalty__employee=employee, penalty__business_day__range=(month.first, month.last)
    ).select_related("penalty", "user")
    for one in rows:
        pair = (charged, waived) if one.act == Waiving.Act.WAIVED else (waived, charged)
        fine = f"{Penalty._meta.verbose_name} {one.penalty.article} {day(one.penalty.business_day)}"
        who = one.user.get_full_name() or one.user.username
        yield Change(one.at, who, one.reason, [(yuan(one.amount), *pair)], "~", record=fine)


def _amounts(employee: Employee, month: CalendarMonth) -> Iterator[tuple[RecordKind, list[Any]]]:
    """The history of a person's bonuses and withholdings of a month, by kind of record; one query for both."""
    kinds = [kind for kind in KINDS if kind.is_pay]
    columns = (
        "which", "id", "history_id", "history_date", "history_type", "history_change_reason", "amount", "reason",
        "sort", "who", "login",
    )  # fmt: skip
    parts = [
        _history_of(kind, employee, month)
        .order_by()
        .annotate(
            which=Value(place, output_field=IntegerField()),
            sort=F("kind") if "kind" in kind.fields else Value("", output_field=CharField()),
            who=F("history_user__name"),
            login=F("history_user__username"),
        )
        .values_list(*columns)
        for place, kind in enumerate(kinds)
    ]
    found: list[list[Any]] = [[] for _kind in kinds]
    for which, *values, sort, who, login in parts[0].union(*parts[1:], all=True):
        kind = kinds[which]
        row = kind.model.history.model(**dict(zip(columns[1:-3], values, strict=True)))
        if "kind" in kind.fields:
            row.kind = sort
        row.history_user = User(name=who, username=login) if login else None
        found[which].append(row)
    return zip(kinds, found, strict=True)


def _history_of(kind: RecordKind, employee: Employee, month: CalendarMonth) -> Any:
    """The history of every record of a kind that was the person's at some time, and of the month then."""
    span = {f"{kind.days}__range": (month.first, month.last)}
    mine = Q(**span)
    if kind.days == "first_day":
        mine = Q(first_day__lte=month.last, last_day__gte=month.first)
    ids = kind.model.history.filter(mine, employee=employee.pk).values("id")
    return kind.model.history.filter(id__in=ids)


def _rows_of(kind: RecordKind, employee: Employee, month: CalendarMonth) -> Any:
    rows = _history_of(kind, employee, month)
    return rows.select_related("history_user", *(["employee"] if "employee_id" in kind.fields else []))


def _of_kind(kind: RecordKind, rows: Iterable[Any]) -> Iterator[Change]:
    """The changes that the history of a kind's records tells; what one person entered at one moment, at once."""
    by_record: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_record[row.id].append(row)
    told = [change for records in by_record.values() for change in _of_record(kind, records)]
    together: defaultdict[tuple[Any, ...], list[Change]] = defaultdict(list)
    for change in told:
        if change.is_new:
            together[change.at, change.who, change.why].append(change)
        else:
            yield change
    for entered in together.values():
        yield entered[0] if len(entered) == 1 else replace(entered[0], record=_several(kind, len(entered)))


def _several(kind: RecordKind, count: int) -> str:
    """What was entered at one stroke, as by a workbook."""
    return f"{kind.model._meta.verbose_name_plural} × {count}"


def _of_record(kind: RecordKind, records: Sequence[Any]) -> Iterator[Change]:
    last = max(records, key=lambda row: (row.history_date, row.history_id))
    shown: Mapping[str, Callable[[Any], str]] = {}
    if "employee_id" in kind.fields:
        names = {row.employee_id: row.employee.name for row in records}
        shown = {"employee_id": lambda pk: names.get(pk, "—"), "guest_phone": _ending}
    name = kind.name(last)
    for change in changes_of(records, kind.fields, shown=shown):
        yield replace(change, record=name)


def _ending(phone: str) -> str:
    return _("ending in %(digits)s") % {"digits": phone[-4:]}
