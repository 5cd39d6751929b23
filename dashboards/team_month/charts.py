"""The charts of everyone's month: each question with its answer and its figures."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from math import ceil
from typing import NamedTuple

from django.utils.translation import gettext as _, ngettext, pgettext

from dashboards.team_month.day_marks import WORDS
from dashboards.team_month.figures import HouseMonth, Mark
from pages import formats
from pages.charts import COUNT, Chart, Series
from pages.formats import whole_yuan
from rulebook.articles import order
from rulebook.calendar import CalendarMonth
from rulebook.clauses import percent
from rulebook.money import ZERO, rounded
from violations.reports.consequences import title_of

MOST = 30
"""How many people are drawn; the table has them all."""
_NAMED = 3


def reach_chart(house: HouseMonth) -> Chart:
    """On which day the house reaches its target: sales added up by day, the month before beside them."""
    drawn = _last_drawn(house)
    summed = list(accumulate(house.daily))
    before = list(accumulate(house.daily_before))
    length = max(house.month.length, len(before))
    series = [
        Series(formats.month_name(house.month), _padded(summed[:drawn], length), kind="line", adds_up=False),
    ]
    estimate = _estimate(house)
    if estimate is not None:
        pace, _day = estimate
        start = house.days
        ahead = [None] * (start - 1) + [
            rounded(house.so_far + pace * step) for step in range(house.month.length - start + 1)
        ]
        series.append(Series(_("at this pace"), _padded(ahead, length), kind="line", adds_up=False, is_dashed=True))
    if any(before):
        name = formats.month_name(_before(house))
        series.append(Series(name, _padded(before, length), look="second", kind="line", adds_up=False))
    return Chart(
        key="reach",
        question=_("On which day does the house reach %(target)s?") % {"target": _short(house.target)},
        answer=_reach_answer(house, summed),
        heads=_("Through"),
        labels=[_day_label(number) for number in range(1, length + 1)],
        series=series,
        target=house.target or None,
        target_name=_("target %(target)s") % {"target": _short(house.target)},
    )


def _last_drawn(house: HouseMonth) -> int:
    """How many days have something to show: those that have ended, and tonight once something is settled."""
    sold = [place for place, amount in enumerate(house.daily, 1) if amount]
    return max([house.days, *sold])


def _before(house: HouseMonth) -> CalendarMonth:
    return house.month.previous


def _padded(figures: Sequence[Decimal | None], length: int) -> list[Decimal | None]:
    return [*figures, *[None] * (length - len(figures))]


def _estimate(house: HouseMonth) -> tuple[Decimal, date | None] | None:
    """The average of the days that have ended, and the day on which it reaches the target, where it still does.

    None where there is nothing to estimate: no day has ended, or all have, or the target is reached.
    """
    if house.through is None or house.is_over or house.sales >= house.target:
        return None
    pace = house.so_far / house.days
    if not pace:
        return pace, None
    nights = ceil((house.target - house.so_far) / pace)
    day = house.through + timedelta(days=nights) if nights <= house.month.length else None
    return pace, day if day is not None and day <= house.month.last else None


def _reach_answer(house: HouseMonth, summed: Sequence[Decimal]) -> str:
    if not house.target:
        return _("Nothing is asked for in this month.")
    reached = next((place for place, amount in enumerate(summed, 1) if amount >= house.target), None)
    if reached is not None:
        return _("It was reached on %(day)s.") % {"day": formats.day(house.month.first.replace(day=reached))}
    if house.is_over:
        return _("It was not reached: %(gap)s short.") % {"gap": whole_yuan(-house.gap)}
    estimate = _estimate(house)
    if estimate is None:
        return _("No day has ended yet.")
    pace, day = estimate
    said = {"pace": whole_yuan(pace)}
    if day is not None:
        return _("At %(pace)s a night so far, about %(day)s.") % {**said, "day": formats.day(day)}
    end = house.so_far + pace * (house.month.length - house.days)
    return _("Not at %(pace)s a night: the month would end about %(gap)s short.") % {
        **said,
        "gap": whole_yuan(house.target - end),
    }


def daily_chart(house: HouseMonth) -> Chart:
    """What was sold on each day."""
    drawn = _last_drawn(house)
    best = max(range(drawn), key=lambda place: house.daily[place], default=None)
    answer = _("Nothing is sold yet.")
    if best is not None and house.daily[best]:
        answer = _("%(day)s, with %(sales)s.") % {
            "day": formats.day(house.month.first.replace(day=best + 1)),
            "sales": whole_yuan(house.daily[best]),
        }
    length = max(house.month.length, len(house.daily_before))
    series = [Series(formats.month_name(house.month), _padded(house.daily[:drawn], length))]
    if any(house.daily_before):
        name = formats.month_name(_before(house))
        series.append(Series(name, _padded(house.daily_before, length), look="second", kind="line"))
    return Chart(
        key="daily",
        question=_("On which night is most sold?"),
        answer=answer,
        heads=pgettext("chart", "Day"),
        labels=[_day_label(number) for number in range(1, length + 1)],
        series=series,
    )


def people_chart(house: HouseMonth) -> Chart:
    """What each person sold."""
    people = sorted(house.people, key=lambda one: (-one.sales, one.number))
    targets = {one.target for one in people}
    shared = targets.pop() if len(targets) == 1 else None
    answer = ""
    if house.sales:
        half, count = house.sales / 2, 0
        total = ZERO
        while total < half:
            total += people[count].sales
            count += 1
        answer = ngettext(
            "%(name)s alone sells half of it.", "%(count)s of %(all)s people sell half of it; %(name)s most.", count
        ) % {"name": people[0].name, "count": count, "all": len(people)}
    return Chart(
        key="people",
        question=_("Who sells how much?"),
        answer=answer,
        heads=_("Account manager"),
        labels=[one.name for one in people],
        series=[
            Series(_("past the target"), [one.sales if one.has_passed else None for one in people]),
            Series(_("not yet"), [None if one.has_passed else one.sales for one in people], look="second"),
        ],
        target=shared or None,
        target_name=_("target %(target)s") % {"target": _short(shared)} if shared else "",
        is_stacked=True,
        is_horizontal=True,
        most=MOST,
    )


def weekday_chart(house: HouseMonth) -> Chart:
    """What a night of each weekday brings on average."""
    nights: dict[int, list[Decimal]] = {}
    for day, amount in zip(house.ended_days, house.daily, strict=False):
        nights.setdefault(day.weekday(), []).append(amount)
    names = formats.weekdays()
    labels, averages, sums = [], [], []
    for weekday, name in enumerate(names):
        sold = nights.get(weekday, [])
        count = ngettext("%(count)s night", "%(count)s nights", len(sold)) % {"count": len(sold)}
        labels.append(f"{pgettext('weekday', '%(day)s') % {'day': name}}\n{count}")
        averages.append(rounded(sum(sold, ZERO) / len(sold)) if sold else None)
        sums.append(sum(sold, ZERO))
    answer = _("No day has ended yet.")
    best = max((average for average in averages if average), default=None)
    if best is not None:
        place = averages.index(best)
        answer = _("%(day)s, with %(average)s a night on average of %(count)s.") % {
            "day": pgettext("weekday", "%(day)s") % {"day": names[place]},
            "average": whole_yuan(best),
            "count": len(nights[place]),
        }
    if house.tonight:
        labels.append(_("tonight, not over"))
        averages.append(None)
        sums.append(house.tonight)
    return Chart(
        key="weekdays",
        question=_("Which weekday brings most?"),
        answer=answer,
        heads=_("Weekday"),
        labels=labels,
        series=[
            Series(_("average a night"), averages, adds_up=False),
            Series(_("all nights together"), sums, look="second", is_drawn=False),
        ],
    )


def attendance_chart(house: HouseMonth) -> Chart:
    """Who was there on each day: present, on leave, absent, at rest."""
    answer = _("No day has ended yet.")
    present = [_count(counts, Mark.WORKED, Mark.LATE) for counts in house.by_day]
    if present:
        least = min(range(len(present)), key=lambda place: present[place])
        answer = _("%(average)s on average, fewest on %(day)s: %(count)s.") % {
            "average": f"{rounded(Decimal(sum(present)) / len(present)):.1f}",
            "day": formats.day(house.month.first.replace(day=least + 1)),
            "count": present[least],
        }
    return Chart(
        key="attendance",
        question=_("How many are there each night?"),
        answer=answer,
        heads=pgettext("chart", "Day"),
        labels=[_weekday_label(day) for day in house.ended_days],
        series=[
            Series(pgettext("day", "present"), present),
            _days(house, Mark.REST, "second"),
            _days(house, Mark.LEAVE, "held"),
            _days(house, Mark.EXCEPTION, "waits"),
            _days(house, Mark.ABSENCE, "bad"),
        ],
        unit=COUNT,
        is_stacked=True,
    )


def lack_chart(house: HouseMonth) -> Chart:
    """On which days people are missing: absent, on leave, or with a day that is still open."""
    return Chart(
        key="lack",
        question=_("Which nights lack people?"),
        answer=_lack_answer(house),
        heads=pgettext("chart", "Day"),
        labels=[_weekday_label(day) for day in house.ended_days],
        series=[
            Series(
                pgettext("day", "present"),
                [_count(counts, Mark.WORKED, Mark.LATE) for counts in house.by_day],
                look="second",
            ),
            _days(house, Mark.LEAVE, "held"),
            _days(house, Mark.EXCEPTION, "waits"),
            _days(house, Mark.ABSENCE, "bad"),
        ],
        unit=COUNT,
        is_stacked=True,
    )


def _lack_answer(house: HouseMonth) -> str:
    if not house.days:
        return _("No day has ended yet.")
    missing = [
        (day, counts[Mark.ABSENCE], counts[Mark.ABSENCE] + counts[Mark.LEAVE] + counts[Mark.EXCEPTION])
        for day, counts in zip(house.ended_days, house.by_day, strict=True)
    ]
    absent = sorted((one for one in missing if one[1]), key=lambda one: (-one[1], one[0]))
    if absent:
        named = _(", ").join(formats.day(day) for day, _absent, _all in sorted(absent[:_NAMED]))
        figures = {"count": house.absences, "days": named, "nights": len(absent)}
        if len(absent) <= _NAMED:
            return ngettext("%(count)s absence: %(days)s.", "%(count)s absences: %(days)s.", house.absences) % figures
        return _("%(count)s absences in %(nights)s nights, most on %(days)s.") % figures
    most = max(missing, key=lambda one: one[2])
    if most[2]:
        return _("Nobody was absent; most are missing on %(day)s: %(count)s on leave or open.") % {
            "day": formats.day(most[0]), "count": most[2],
        }  # fmt: skip
    return _("None: whoever was due was there.")


class FinedArticle(NamedTuple):
    """An article that fines fall under: how often, and how many yuan."""

    article: str
    title: str
    times: int
    amount: Decimal


def fined_articles(house: HouseMonth) -> list[FinedArticle]:
    """The articles that fines fall under, the dearest first."""
    sums: dict[str, list[Decimal]] = {}
    for fine in house.fined:
        sums.setdefault(fine.article, []).append(fine.amount)
    found = (
        FinedArticle(article, title_of(article), len(amounts), sum(amounts, ZERO)) for article, amounts in sums.items()
    )
    return sorted(found, key=lambda one: (-one.amount, order(one.article)))


def fines_chart(house: HouseMonth, link: str) -> Chart:
    """Under which articles the fines fall; ``link`` leads to the ledger."""
    found = fined_articles(house)
    answer = _("No fines are charged.")
    if found:
        answer = _("%(title)s (%(article)s): %(share)s of all fines.") % {
            "title": found[0].title,
            "article": found[0].article,
            "share": percent((found[0].amount / house.fines).quantize(Decimal("0.01"))),
        }
    return Chart(
        key="fines",
        question=_("What is fined most?"),
        answer=answer,
        heads=_("Article"),
        labels=[f"{one.title} {one.article} · {_times(one.times)}" for one in found],
        series=[Series(_("Fines"), [one.amount for one in found], look="second")],
        is_horizontal=True,
        link=(link, _("to the ledger")),
    )


def charts_of(house: HouseMonth, ledger: str) -> list[Chart]:
    """All of them, in the order of the page."""
    makers: Iterable[Callable[[HouseMonth], Chart]] = (
        reach_chart, daily_chart, people_chart, weekday_chart, attendance_chart, lack_chart,
    )  # fmt: skip
    return [*(make(house) for make in makers), fines_chart(house, ledger)]


def _days(house: HouseMonth, mark: Mark, look: str) -> Series:
    return Series(str(WORDS[mark]), [counts[mark] for counts in house.by_day], look=look)


def _count(counts: dict[str, int], *marks: Mark) -> int:
    return sum(counts[mark] for mark in marks)


def _times(count: int) -> str:
    return ngettext("%(count)s time", "%(count)s times", count) % {"count": count}


def _day_label(number: int) -> str:
    return f"{number}日" if formats.in_chinese() else str(number)


def _weekday_label(day: date) -> str:
    name = formats.weekdays()[day.weekday()]
    return f"{day.day} {name}" if formats.in_chinese() else f"{name} {day.day}"


def _short(amount: Decimal | None) -> str:
    """``40 万`` where it is whole tens of thousands, else in whole yuan."""
    if amount is None:
        return ""
    if formats.in_chinese() and amount >= 10_000 and not amount % 10_000:
        return f"{amount // 10_000:f} 万"
    return whole_yuan(amount)
