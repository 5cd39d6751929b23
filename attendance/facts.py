"""Read the facts of attendance as the rules take them: rests, leave, punches, times off post; one query."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, CharField, DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from attendance.models import Leave, OffPost, Punch, Rest
from rulebook import attendance


class Fact(NamedTuple):
    """One record, whatever it is of; what a kind of record has not is empty."""

    of: type[Rest | Leave | Punch | OffPost]
    pk: int
    person: int
    day: date
    last: date
    at: datetime | None
    until: datetime | None
    word: str
    approver: str
    other_approver: str
    papers: bool

    def as_rest(self) -> attendance.Rest:
        return attendance.Rest(self.day, self.word, bool(self.approver))

    def as_punch(self) -> attendance.Punch:
        return attendance.Punch(self.day, self.at, self.until, bool(self.approver), bool(self.other_approver))

    def as_leave(self) -> attendance.Leave:
        assert self.at is not None  # a leave was asked for at some time
        return attendance.Leave(self.word, self.day, self.last, self.at, bool(self.approver), self.papers)


_NO_TIME = Cast(Value(None), DateTimeField())
_NO_WORD = Value("", output_field=CharField())
_NO = Value(False, output_field=BooleanField())
_ALL_PAPERS = ExpressionWrapper(
    Q(has_certificate=True, has_receipt=True, has_sick_note=True), output_field=BooleanField()
)
_ROW = ("of", "pk", "employee_id", "day", "last", "at", "until", "word", "approver", "other_approver", "papers")
"""The columns of the union, which takes their types from its first part."""
_KINDS: dict[str, type[Rest | Leave | Punch | OffPost]] = {
    "rest": Rest, "leave": Leave, "punch": Punch, "off_post": OffPost,
}  # fmt: skip


def facts_of(
    *,
    rests: QuerySet[Rest],
    leaves: QuerySet[Leave],
    punches: QuerySet[Punch],
    off_posts: QuerySet[OffPost],
) -> Iterator[Fact]:
    """These records, in one query, in no order."""
    day = {"day": "business_day", "last": "business_day"}
    parts = [
        _part(leaves, "leave", day="first_day", last="last_day", at="requested_at", word="kind", papers=_ALL_PAPERS),
        _part(rests, "rest", **day, word="kind"),
        _part(
            punches, "punch", **day, at="arrived_at", until="left_at",
            approver="arrival_approver", other_approver="departure_approver",
        ),
        _part(off_posts, "off_post", **day, at="left_at", until="returned_at"),
    ]  # fmt: skip
    for kind, *values in parts[0].union(*parts[1:], all=True):
        yield Fact(_KINDS[kind], *values)


def _part(rows: QuerySet[Any], kind: str, **columns: Any) -> QuerySet[Any, Any]:
    named = {"of": Value(kind, output_field=CharField())}
    padding = {"at": _NO_TIME, "until": _NO_TIME, "word": _NO_WORD, "papers": _NO, "other_approver": _NO_WORD}
    own = {name: F(value) if isinstance(value, str) else value for name, value in columns.items()}
    part: QuerySet[Any, Any] = rows.annotate(**(named | padding | own)).order_by().values_list(*_ROW)
    return part
