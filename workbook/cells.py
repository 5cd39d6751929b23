"""How a cell's value is read, by the kind of its column."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from rulebook.calendar import CalendarMonth
from rulebook.money import yuan
from workbook.faults import BadCell, shown

EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
MAX_AMOUNT = Decimal("99999999.99")
EXACT = 10**15  # Excel keeps 15 digits of a number
LONGEST_SETTING = 200

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}(:\d{2})?", re.ASCII)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?", re.ASCII)
_AMOUNT = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_BREAKS = re.compile(r"[\t\n\r]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of column: how its cells are read, and what an empty cell means."""

    read: Callable[[Any], Any]
    empty: Any = None


def _as_text(value: Any) -> str:
    """Text as it stands, a whole number as its digits."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        raise BadCell(_("is TRUE or FALSE, should be text"))
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        if abs(value) >= EXACT:
            raise _lost_digits()
        return str(int(value))
    raise BadCell(_("«%(value)s» is no text; write it as text") % {"value": shown(value)})


def _lost_digits() -> BadCell:
    return BadCell(_("is stored as a number and has lost digits; format the cell as text and type it anew"))


def _plain(value: float) -> str:
    """A number as Excel shows it: what lies beyond its 15 digits is noise of binary fractions."""
    return f"{Decimal(format(value, '.15g')):f}"


def text(longest: int, *, lines: bool = False) -> Kind:
    """Text up to a length, on one line unless said; whole numbers become text."""

    def read(value: Any) -> str:
        words = _as_text(value) if lines else _BREAKS.sub(" ", _as_text(value))
        if len(words) > longest:
            raise BadCell(
                _("has %(length)s characters, at most %(longest)s are kept")
                % {"length": len(words), "longest": longest}
            )
        if _CONTROL.search(words):
            raise BadCell(_("holds control characters; type it anew"))
        return words

    return Kind(read, "")


def digits_as_text(longest: int) -> Kind:
    """A number too long for Excel: as a number it has lost digits."""
    plain = text(longest)

    def read(value: Any) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            raise _lost_digits()
        return str(plain.read(value))

    return Kind(read, "")


def choice(options: Mapping[str, str]) -> Kind:
    """One of the fixed words; gives the code that stands for it."""

    def read(value: Any) -> str:
        words = _as_text(value)
        if words not in options:
            raise BadCell(
                _("«%(value)s» is not in the list; it should be one of %(options)s")
                % {"value": shown(words), "options": "、".join(options)}
            )
        return options[words]

    return Kind(read, "")


def _read_flag(value: Any) -> bool:
    words = _as_text(value)
    if words not in ("是", "否"):
        raise BadCell(_("«%(value)s» should be 是 or 否") % {"value": shown(words)})
    return words == "是"


def _read_money(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise _no_amount(value)
    written = _plain(value) if isinstance(value, float) else str(value).strip()
    if not _AMOUNT.fullmatch(written):
        raise _no_amount(value)
    try:
        amount = Decimal(written)
        if amount < 0:
            raise BadCell(_("%(value)s is negative; amounts are written without a sign") % {"value": shown(written)})
        if amount > MAX_AMOUNT:
            raise BadCell(_("%(value)s is too large; at most %(most)s") % {"value": shown(written), "most": MAX_AMOUNT})
        return yuan(amount)
    except BadCell:
        raise
    except (ValueError, ArithmeticError):
        raise _no_amount(value) from None


def _no_amount(value: Any) -> BadCell:
    return BadCell(
        _("«%(value)s» is no amount; it should be a number with at most two decimals") % {"value": shown(value)}
    )


def _plausible(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise BadCell(_("%(day)s is no plausible date; check the year") % {"day": day.isoformat()})
    return day


def _read_day(value: Any) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        try:
            return _plausible(date.fromisoformat(value.strip()))
        except BadCell:
            raise
        except ValueError:
            pass
    elif isinstance(value, datetime):
        if value.time() == time():
            return _plausible(value.date())
    elif isinstance(value, date):
        return _plausible(value)
    raise BadCell(
        _("«%(value)s» is no date; it should be an Excel date or YYYY-MM-DD, such as 2026-09-01")
        % {"value": shown(value)}
    )


def _to_second(moment: datetime) -> datetime:
    """Excel keeps times as fractions of a day: back to the whole second."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def _clock(words: str) -> time:
    """``H:MM`` or ``H:MM:SS``; raises ValueError for what is no time."""
    return time.fromisoformat(words.zfill(5 if words.count(":") == 1 else 8))


def _instant(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        _plausible(value.date())
        found = _to_second(value)
    elif isinstance(value, str) and _INSTANT.fullmatch(value.strip()):
        day, _space, clock = value.strip().partition(" ")
        try:
            found = datetime.combine(date.fromisoformat(day), _clock(clock))
        except ValueError:
            return None
    else:
        return None
    _plausible(found.date())
    return found


def _read_instant(value: Any) -> datetime:
    found = _instant(value)
    if found is None:
        raise BadCell(
            _("«%(value)s» is no date with a time; it should be YYYY-MM-DD HH:MM, such as 2026-09-01 18:00")
            % {"value": shown(value)}
        )
    return found


def _read_clock(value: Any) -> datetime | time:
    if isinstance(value, time):
        return _to_second(datetime.combine(EARLIEST, value)).time()
    if isinstance(value, timedelta) and timedelta(0) <= value < timedelta(days=1):
        return _to_second(datetime.combine(EARLIEST, time()) + value).time()
    if isinstance(value, str) and _CLOCK.fullmatch(value.strip()):
        clock = value.strip()
        try:
            return _clock(clock)
        except ValueError:
            pass
    found = _instant(value)
    if found is None:
        raise BadCell(
            _("«%(value)s» is no time; it should be HH:MM, such as 20:00, or YYYY-MM-DD HH:MM")
            % {"value": shown(value)}
        )
    return found


def _read_month(value: Any) -> date:
    if isinstance(value, str):
        try:
            return _plausible(CalendarMonth.parse(value.strip()).first)
        except BadCell:
            raise
        except ValueError:
            pass
    elif isinstance(value, date):
        return _plausible(CalendarMonth.of(value).first)
    raise BadCell(_("«%(value)s» is no month; it should be YYYY-MM, such as 2026-09") % {"value": shown(value)})


_SETTING_TEXT = text(LONGEST_SETTING)


def _read_setting(value: Any) -> str:
    """A policy value of any type, as the text its parameter reads."""
    if isinstance(value, bool):
        raise BadCell(_("is TRUE or FALSE, should be text"))
    if isinstance(value, time):
        clock = _read_clock(value)
        return f"{clock:%H:%M:%S}" if clock.second else f"{clock:%H:%M}"
    if isinstance(value, float):
        return _plain(value)
    return str(_SETTING_TEXT.read(str(value)))


def _read_article(value: Any) -> str:
    """An article's code; Excel makes a number of 4.1."""
    return _plain(value) if isinstance(value, float) else _as_text(value)


ARTICLE = Kind(_read_article, "")
FLAG = Kind(_read_flag, False)
MONEY = Kind(_read_money)
DAY = Kind(_read_day)
INSTANT = Kind(_read_instant)  # local, without a zone
CLOCK = Kind(_read_clock)  # a local datetime, or a bare time
MONTH = Kind(_read_month)
SETTING = Kind(_read_setting, "")
