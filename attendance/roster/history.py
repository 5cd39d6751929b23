"""Changes to a month's roster: rest days, event days, public days, publications; the latest first."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import BooleanField, F, Value, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext as _, ngettext, pgettext

from attendance.models import Rest, RosterPublication
from pages.changes import Change
from pages.formats import day as shown
from venues.models import CalendarDay, EventDay, Venue

MOST = 30


def roster_changes(
    venue: Venue, first: date, last: date, publications: Iterable[RosterPublication] = ()
) -> list[Change]:
    """The latest changes of a span's roster, with these publications of it; two queries."""
    found = [*_rests(venue, first, last), *day_changes(venue, first, last), *map(_published, publications)]
    return sorted(found, key=lambda change: change.at, reverse=True)[:MOST]


def _rests(venue: Venue, first: date, last: date) -> list[Change]:
    rows = Rest.history.filter(employee__venue=venue, business_day__range=(first, last))
    rows = rows.annotate(was_day=_before("business_day"), was_kind=_before("kind"))
    rows = rows.select_related("employee", "history_user")
    found = []
    for row in rows.order_by("-history_date", "-history_id")[:MOST]:
        now, was = _rest(row.business_day, row.kind), _rest(row.was_day, row.was_kind) if row.was_day else "—"
        pair = (now, "—") if row.history_type == "-" else (was if row.history_type == "~" else "—", now)
        found.append(_change(row, (str(row.employee), *pair)))
    return found


def _before(name: str) -> Window:
    """What a field of the same record was in the row of its history before."""
    return Window(Lag(name), partition_by=F("id"), order_by=[F("history_date").asc(), F("history_id").asc()])


def _rest(day: date, kind: str) -> str:
    return f"{shown(day)} {Rest.Kind(kind).label}"


def day_changes(venue: Venue, first: date, last: date) -> list[Change]:
    """The latest changes of a span's event days and public days; one query."""
    names = (
        "history_date", "history_id", "history_type", "history_change_reason", "date", "name", "was_name",
        "is_working", "was_working", "is_event", "who", "login",
    )  # fmt: skip

    def part(model: Any, is_event: bool) -> Any:
        nothing = Value(False, output_field=BooleanField())
        rows = model.history.filter(venue=venue, date__range=(first, last)).annotate(
            was_name=_before("name"),
            is_event=Value(is_event, output_field=BooleanField()),
            who=F("history_user__name"),
            login=F("history_user__username"),
        )
        working = {"is_working": nothing} if is_event else {}
        was = nothing if is_event else _before("is_working")
        return rows.annotate(**working, was_working=was).order_by().values_list(*names)

    rows = part(CalendarDay, False).union(part(EventDay, True), all=True).order_by("-history_date", "-history_id")
    return [_day_change(dict(zip(names, row, strict=True))) for row in rows[:MOST]]


def _day_change(row: dict[str, Any]) -> Change:
    now = _day(row["is_event"], row["is_working"], row["name"])
    kind = row["history_type"]
    was = _day(row["is_event"], row["was_working"], row["was_name"] or "") if kind == "~" else "—"
    pair = (now, "—") if kind == "-" else (was, now)
    who = row["who"] or row["login"] or ""
    return Change(row["history_date"], who, row["history_change_reason"] or "", [(shown(row["date"]), *pair)], "~")


def _day(is_event: bool, is_working: bool, name: str) -> str:
    kind = _("event day") if is_event else _("make-up working day") if is_working else _("public holiday")
    return f"{kind} {name}".strip()


def _published(publication: RosterPublication) -> Change:
    told = ngettext("%(count)s person told", "%(count)s people told", publication.told) % {"count": publication.told}
    what = [(_("roster"), "—", pgettext("roster", "published") + f" · {told}")]
    user = publication.user
    return Change(publication.at, user.get_full_name() or user.username, "", what, "~")


def _change(row: Any, what: tuple[str, str, str]) -> Change:
    user = row.history_user
    who = (user.get_full_name() or user.username) if user else ""
    return Change(row.history_date, who, row.history_change_reason or "", [what], "~")
