"""Somebody's month as a strip of days, drawn and in words."""

from datetime import date

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, pgettext_lazy

from dashboards.team_month.figures import Mark, PersonMonth
from pages.formats import in_chinese, short_day
from rulebook.calendar import CalendarMonth

STEP, HEIGHT = 6, 16
_SHAPES = {
    Mark.WORKED: "M{x} 3h4v12h-4z",
    Mark.LATE: "M{x} 8h4v7h-4zM{x} 2h4v4h-4z",
    Mark.REST: "M{x} 12a2 2 0 1 0 4 0a2 2 0 1 0-4 0z",
    Mark.LEAVE: "M{h} 3.5h3v11h-3z",
    Mark.ABSENCE: "M{x} 5l4.5 8m0-8l-4.5 8",
    Mark.EXCEPTION: "M{h} 3.5h3v6h-3zM{h} 12.5h3v2h-3z",
}
"""Each mark by a shape of its own: its colour is not all that tells it."""

WORDS: dict[Mark, Promise | str] = {
    Mark.WORKED: pgettext_lazy("day", "work"),
    Mark.LATE: pgettext_lazy("day", "late or early"),
    Mark.REST: pgettext_lazy("day", "rest"),
    Mark.LEAVE: pgettext_lazy("day", "on leave"),
    Mark.ABSENCE: pgettext_lazy("day", "absent"),
    Mark.EXCEPTION: pgettext_lazy("day", "open"),
}
_DATED = (Mark.LATE, Mark.LEAVE, Mark.ABSENCE, Mark.EXCEPTION)
_MANY = 5


def strip_of(person: PersonMonth, month: CalendarMonth, days: int) -> SafeString:
    """The strip of the first so many days, with words for who does not see it: counts, and the unusual days."""
    places: dict[str, list[int]] = {}
    for place, letter in enumerate(person.marks):
        places.setdefault(letter, []).append(place)
    paths = "".join(_path(mark, places[mark]) for mark in _SHAPES if mark in places)
    said = _(", ").join(_words(mark, places[mark], month) for mark in _SHAPES if mark in places)
    return format_html(
        '<svg class="strip" viewBox="0 0 {} {}" width="{}" height="{}" preserveAspectRatio="xMinYMid" role="img" '
        'aria-label="{}">{}</svg>',
        STEP * days, HEIGHT, STEP * days, HEIGHT, said or _("no day decided yet"), mark_safe(paths),
    )  # fmt: skip


def sign_of(mark: Mark) -> SafeString:
    """A mark by itself, for the legend."""
    return mark_safe(f'<svg class="strip" viewBox="0 0 {STEP} {HEIGHT}" width="{STEP}" height="{HEIGHT}" '
                     f'aria-hidden="true">{_path(mark, [0])}</svg>')  # fmt: skip


def legend() -> list[tuple[SafeString, str]]:
    return [(sign_of(mark), str(word)) for mark, word in WORDS.items()]


def _path(mark: Mark, places: list[int]) -> str:
    drawn = "".join(_SHAPES[mark].format(x=place * STEP + 1, h=place * STEP + 1.5) for place in places)
    return f'<path class="day-{mark.name.lower()}" d="{drawn}"/>'


def _words(mark: Mark, places: list[int], month: CalendarMonth) -> str:
    word, count = WORDS[mark], len(places)
    if mark in _DATED and count <= _MANY:
        days = _(" and ").join(short_day(month.first.replace(day=place + 1)) for place in places)
        return _("%(word)s %(count)s (%(days)s)") % {"word": word, "count": count, "days": days}
    return f"{word} {count}"


def span_words(month: CalendarMonth, through: date | None) -> str:
    """The days that a strip shows: ``11月1–20日`` · ``1–20 Nov``."""
    last = (through or month.last).day
    if in_chinese():
        return f"{month.number}月1–{last}日"
    return f"1–{last} {short_day(month.first).partition(' ')[2]}"
