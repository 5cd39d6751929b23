"""Compare two drafts of a month line by line: what came, went, changed, by person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from commissions.models import PayrollRun, Payslip, PayslipLine
from commissions.month.selectors import COLUMNS, FigureColumn
from commissions.payslips.texts import item_text, line_text
from rulebook.calendar import CalendarMonth
from rulebook.money import ZERO
from venues.models import Venue

_FIGURES = tuple(column.name for column in COLUMNS)


class LineChange(NamedTuple):
    """A line that came (``before`` is None), went (``after`` is None) or changed; amounts in yuan, signed."""

    item: str
    article: str
    business_day: date | None
    ground: str
    before: Decimal | None
    after: Decimal | None
    ground_before: str = ""

    @property
    def kind(self) -> str:
        """``+`` came, ``-`` went, ``~`` changed."""
        return "+" if self.before is None else "-" if self.after is None else "~"

    @property
    def difference(self) -> Decimal:
        return (self.after or ZERO) - (self.before or ZERO)


@dataclass(frozen=True)
class PersonChange:
    """A person whose payslip differs; the net pay is None in the draft that has none of them."""

    employee: int
    number: str
    name: str
    before: Decimal | None
    after: Decimal | None
    lines: list[LineChange]

    @property
    def difference(self) -> Decimal:
        return (self.after or ZERO) - (self.before or ZERO)


class SumChange(NamedTuple):
    """A column's sum in both drafts."""

    column: FigureColumn
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """What differs between a month's draft and the one before it, the largest difference first."""

    before: PayrollRun
    after: PayrollRun
    people: list[PersonChange]
    same: int  # people whose payslips are alike
    sums: list[SumChange]


class _Slip(NamedTuple):
    pk: int
    run: int
    employee: int
    number: str
    name: str
    digest: str
    figures: dict[str, Decimal]


class _Line(NamedTuple):
    payslip: int
    item: str
    article: str
    business_day: date | None
    penalty: int | None
    amount: Decimal
    basis: Mapping[str, Any]


def drafts_of(venue: Venue, month: CalendarMonth) -> tuple[PayrollRun | None, PayrollRun | None]:
    """The draft before, kept until the run after the next, and the one that is shown; one query."""
    complete = PayrollRun.objects.filter(
        month__venue=venue, month__first_day=month.first, state=PayrollRun.State.COMPLETE
    )
    found = list(complete.select_related("month", "policy_version", "started_by").order_by("pk"))
    shown = next((run for run in found if run.is_current), None)
    return next((run for run in reversed(found) if not run.is_current), None), shown


def compare(before: PayrollRun, after: PayrollRun) -> Comparison:
    """What differs between two drafts of a month; two queries, the lines of those alone whose payslips differ."""
    slips: dict[int, dict[int, _Slip]] = {before.pk: {}, after.pk: {}}
    sums = {run: dict.fromkeys(_FIGURES, ZERO) for run in slips}
    columns = ("pk", "run_id", "employee_id", "number", "name", "digest")
    for row in Payslip.objects.filter(run__in=slips).values_list(*columns, *_FIGURES):
        figures = dict(zip(_FIGURES, row[len(columns) :], strict=True))
        slip = _Slip._make([*row[: len(columns)], figures])
        slips[slip.run][slip.employee] = slip
        sums[slip.run] = {name: total + figures[name] for name, total in sums[slip.run].items()}
    then, now = slips[before.pk], slips[after.pk]
    differing = [pk for pk in {*then, *now} if not _is_same(then.get(pk), now.get(pk))]
    lines = _lines_of([found for pk in differing for found in (then.get(pk), now.get(pk)) if found is not None])
    people = [_person(then.get(pk), now.get(pk), lines) for pk in differing]
    changed = [person for person in people if person.lines or person.before != person.after]
    return Comparison(
        before,
        after,
        sorted(changed, key=lambda person: (-abs(person.difference), person.number)),
        len({*then, *now}) - len(changed),
        [
            SumChange(column, _signed(column, sums[before.pk]), _signed(column, sums[after.pk]))
            for column in COLUMNS
            if column.is_added
        ],
    )


def _is_same(then: _Slip | None, now: _Slip | None) -> bool:
    return then is not None and now is not None and then.digest == now.digest != ""


def _signed(column: FigureColumn, sums: Mapping[str, Decimal]) -> Decimal:
    return column.of({column.name: sums.get(column.name, ZERO)}) or ZERO


def _lines_of(slips: Iterable[_Slip]) -> Mapping[int, list[_Line]]:
    found: defaultdict[int, list[_Line]] = defaultdict(list)
    rows = PayslipLine.objects.filter(payslip__in=[slip.pk for slip in slips]).order_by("payslip", "position")
    for row in rows.values_list("payslip_id", "item", "article", "business_day", "penalty_id", "amount", "basis"):
        found[row[0]].append(_Line._make(row))
    return found


def _person(then: _Slip | None, now: _Slip | None, lines: Mapping[int, list[_Line]]) -> PersonChange:
    known = now or then
    assert known is not None
    return PersonChange(
        known.employee,
        known.number,
        known.name,
        then.figures["net"] if then else None,
        now.figures["net"] if now else None,
        list(_changes(lines.get(then.pk, []) if then else [], lines.get(now.pk, []) if now else [])),
    )


def _changes(then: list[_Line], now: list[_Line]) -> Iterable[LineChange]:
    """The lines that differ, in the order of the payslip: those of now, then those that went."""
    before, after = _keyed(then), _keyed(now)
    for key, line in after.items():
        old = before.get(key)
        if old is None:
            yield _change(line, None, line)
        elif old.amount != line.amount or line_text(old) != line_text(line):
            yield _change(line, old, line)
    for key, line in before.items():
        if key not in after:
            yield _change(line, line, None)


def _change(shown: _Line, before: _Line | None, after: _Line | None) -> LineChange:
    old, new = line_text(before) if before else "", line_text(after) if after else ""
    return LineChange(
        item_text(shown),
        shown.article,
        shown.business_day,
        new or old,
        before.amount if before else None,
        after.amount if after else None,
        old if before and after and old != new else "",
    )


def _keyed(lines: Iterable[_Line]) -> dict[tuple[Any, ...], _Line]:
    """Lines by what they are about: a fine by its row in the ledger, an entry by its kind and words."""
    seen: Counter[tuple[Any, ...]] = Counter()
    found = {}
    for line in lines:
        about = (line.basis.get("kind"), line.basis.get("reason"), line.basis.get("corrects"))
        key = (line.item, line.article, line.business_day, line.penalty, *about)
        seen[key] += 1
        found[*key, seen[key]] = line
    return found
