"""Read a cell's value by the kind of its column."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from rulebook import cleaning, phones
from rulebook.calendar import CalendarMonth
from rulebook.identifiers import card_holds, id_number_holds, is_name
from rulebook.money import yuan
from workbook.faults import BadCell
from workbook.xlsx.formats import exactly

EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
MAX_AMOUNT = Decimal("99999999.99")
EXACT = 10**15  # Excel keeps 15 digits of a number
LONGEST_SETTING = 200
REMEMBERED = 4096  # texts of times, of which many rows hold the same
_ID_CARD = 18

_DAY = re.compile(
    r"(?:(\d{4})-(\d{2})-(\d{2})|(\d{4})/(\d{1,2})/(\d{1,2})|(\d{4})\.(\d{1,2})\.(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日)",
    re.ASCII,
)
_CLOCK = re.compile(r"(次日\s*)?(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_MONTH = re.compile(r"(?:(\d{4})-(\d{2})|(\d{4})/(\d{1,2})|(\d{4})年(\d{1,2})月)", re.ASCII)
_AMOUNT = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_A_DAY, _HOURS_OF_A_NIGHT = 24, 36
_NOON = time(12)


@dataclass(frozen=True, slots=True)
class CellKind:
    """A kind of column: how its cells are read, and what an empty cell means.

    ``as_shown``: a whole number is the text that its cell shows, ``001`` by its format.
    """

    read: Callable[[Any], Any]
    empty: Any = None
    as_shown: bool = False


def _as_text(value: Any) -> str:
    """Text as it stands, a whole number as its digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        raise BadCell(_("is TRUE or FALSE, should be text"))
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        if abs(value) >= EXACT:
            raise _lost_digits()
        return str(int(value))
    raise BadCell(_("«%(value)s» is no text; write it as text"), value)


def _lost_digits() -> BadCell:
    return BadCell(_("is stored as a number and has lost digits; format the cell as text and type it anew"))


def _text(longest: int, clean: Callable[[str], str]) -> CellKind:
    def read(value: Any) -> str:
        words = clean(value if type(value) is str else _as_text(value))
        if len(words) > longest:
            raise BadCell(
                _("has %(length)s characters, at most %(longest)s are kept"), length=len(words), longest=longest
            )
        return words

    return CellKind(read, "", as_shown=True)


def text(longest: int, *, lines: bool = False) -> CellKind:
    """Names and words up to a length, on one line unless said; whole numbers become text."""
    return _text(longest, cleaning.lines if lines else cleaning.words)


def code(longest: int) -> CellKind:
    """What is neither name nor words, up to a length, in half width: a key, a table."""
    return _text(longest, cleaning.plain)


def guest_phone(longest: int) -> CellKind:
    """A guest's phone; what is none is kept, and does not count (4.3)."""
    return _text(longest, phones.spelled)


def phone(longest: int) -> CellKind:
    """The phone of somebody of the house: empty, or a number that could be dialled."""
    plain = guest_phone(longest)

    def read(value: Any) -> str:
        digits = str(plain.read(value))
        if not phones.is_digits(digits):
            raise BadCell(_("«%(value)s» is no phone number; it should be the digits of one number, or empty"), value)
        return digits

    return CellKind(read, "", as_shown=True)


def approver(longest: int) -> CellKind:
    """Who approved, by name; words for «nobody» are none."""
    plain = text(longest)

    def read(value: Any) -> str:
        name = str(plain.read(value))
        if not is_name(name):
            raise BadCell(_("«%(value)s» is no name; write who approved it, or leave the cell empty"), value)
        return name

    return CellKind(read, "", as_shown=True)


def digits_as_text(longest: int, holds: Callable[[str], bool], fault: Callable[[Any, str], BadCell]) -> CellKind:
    """A number too long for Excel: as a number it has lost digits. Blanks and dashes go; ``holds`` judges what is left.

    ``fault`` words what is wrong with a cell, of which that is left.
    """
    plain = _text(longest, cleaning.bare)

    def read(value: Any) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            raise _lost_digits()
        number = str(plain.read(value))
        if not holds(number):
            raise fault(value, number)
        return number

    return CellKind(read, "")


def _no_id_number(value: Any, number: str) -> BadCell:
    if len(number) == _ID_CARD and number[:-1].isdecimal():
        return BadCell(_("is no ID number: its check digit does not fit; compare it with the card"))
    return BadCell(
        _("«%(value)s» is no ID number; it should be the 18 digits of an ID card (the last may be X), "
          "or the letters and digits of another paper, or empty"),
        value,
    )  # fmt: skip


def _no_card(value: Any, _number: str) -> BadCell:
    return BadCell(_("«%(value)s» is no account number; it should be digits, or empty"), value)


def id_number(longest: int) -> CellKind:
    """The number of an ID card, with its right check digit, or of another paper."""
    return digits_as_text(longest, id_number_holds, _no_id_number)


def card(longest: int) -> CellKind:
    """The number of a bank account: digits."""
    return digits_as_text(longest, card_holds, _no_card)


def choice(options: Mapping[str, str]) -> CellKind:
    """One of the fixed words; gives the code that stands for it."""

    def read(value: Any) -> str:
        found = options.get(value) if type(value) is str else None
        if found is not None:
            return found
        words = cleaning.plain(_as_text(value))
        if words not in options:
            raise BadCell(
                _("«%(value)s» is not in the list; it should be one of %(options)s"), value, options="、".join(options)
            )
        return options[words]

    return CellKind(read, "")


def _read_flag(value: Any) -> bool:
    words = cleaning.plain(_as_text(value))
    if words not in ("是", "否"):
        raise BadCell(_("«%(value)s» should be 是 or 否"), value)
    return words == "是"


def _read_money(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise _no_amount(value)
    written = exactly(value) if isinstance(value, float) else cleaning.amount(str(value))
    if not _AMOUNT.fullmatch(written):
        raise _no_amount(value)
    try:
        amount = Decimal(written)
        if amount < 0:
            raise BadCell(_("%(value)s is negative; amounts are written without a sign"), value)
        if amount > MAX_AMOUNT:
            raise BadCell(_("%(value)s is too large; at most %(most)s"), value, most=MAX_AMOUNT)
        return yuan(amount)
    except BadCell:
        raise
    except (ValueError, ArithmeticError):
        raise _no_amount(value) from None


def _no_amount(value: Any) -> BadCell:
    return BadCell(_("«%(value)s» is no amount; it should be a number with at most two decimals"), value)


def _plausible(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise BadCell(_("%(day)s is no plausible date; check the year"), day=day.isoformat())
    return day


def _day_of(found: re.Match[str]) -> date:
    """The day that ``_DAY`` found; raises ValueError where no calendar has it."""
    year, month, day = (int(digits) for digits in found.groups() if digits is not None)
    return date(year, month, day)


def _read_day(value: Any) -> date:
    if isinstance(value, str):
        found = _DAY.fullmatch(cleaning.plain(value))
        if found is not None:
            try:
                return _plausible(_day_of(found))
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
        _("«%(value)s» is no date; it should be an Excel date or YYYY-MM-DD, such as 2026-09-01"), value
    )  # fmt: skip


def _to_second(moment: datetime) -> datetime:
    """Excel keeps times as fractions of a day: back to the whole second."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


@lru_cache(maxsize=REMEMBERED)
def _clock_of(words: str) -> tuple[int, time] | None:
    """``20:00``, ``26:00`` or ``次日02:00``: how many calendar days later, and the time; None for what is no time."""
    found = _CLOCK.fullmatch(words)
    if found is None:
        return None
    hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
    if minute > 59 or second > 59 or hour >= (_A_DAY if found[1] else _HOURS_OF_A_NIGHT):
        return None
    later, hour = divmod(hour, _A_DAY)
    return (1 if found[1] else later), time(hour, minute, second)


@lru_cache(maxsize=REMEMBERED)
def _instant_of(text: str) -> datetime | None:
    """A date with a time behind it; None for anything else."""
    words = cleaning.plain(text)
    day = _DAY.match(words)
    clock = _clock_of(words[day.end() :].lstrip()) if day else None
    if day is None or clock is None or not (day[0].endswith("日") or words[day.end()].isspace()):
        return None
    try:
        return datetime.combine(_day_of(day) + timedelta(days=clock[0]), clock[1])
    except (ValueError, OverflowError):
        return None


def _instant(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        found: datetime | None = value
        if value.microsecond:
            _plausible(value.date())
            found = _to_second(value)
    else:
        found = _instant_of(value) if isinstance(value, str) else None
    if found is not None:
        _plausible(found.date())
    return found


def _read_instant(value: Any) -> datetime:
    found = _instant(value)
    if found is None:
        raise BadCell(
            _("«%(value)s» is no date with a time; it should be YYYY-MM-DD HH:MM, such as 2026-09-01 18:00"), value
        )
    return found


def _read_clock(value: Any) -> datetime | time:
    if isinstance(value, time):
        return _to_second(datetime.combine(EARLIEST, value)).time()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        if 0 <= seconds < _HOURS_OF_A_NIGHT * 3600:
            return (datetime.combine(EARLIEST, time()) + timedelta(seconds=seconds)).time()  # before noon: the next day
    elif isinstance(value, str):
        bare = _clock_of(cleaning.plain(value))
        if bare is not None:
            later, clock = bare
            if later and clock >= _NOON:
                raise BadCell(_("«%(value)s» belongs to the next business day (a day runs from 12:00 to 12:00)"), value)
            return clock
    found = _instant(value)
    if found is None:
        raise BadCell(_("«%(value)s» is no time; it should be HH:MM, such as 20:00, or YYYY-MM-DD HH:MM"), value)
    return found


def _read_month(value: Any) -> date:
    if isinstance(value, str):
        found = _MONTH.fullmatch(cleaning.plain(value))
        if found is not None:
            year, month = (int(digits) for digits in found.groups() if digits is not None)
            try:
                return _plausible(date(year, month, 1))
            except BadCell:
                raise
            except ValueError:
                pass
    elif isinstance(value, date):
        return _plausible(CalendarMonth.of(value).first)
    raise BadCell(_("«%(value)s» is no month; it should be YYYY-MM, such as 2026-09"), value)


_SETTING_TEXT = code(LONGEST_SETTING)


def _read_setting(value: Any) -> str:
    """A policy value of any type, as the text its parameter reads."""
    if isinstance(value, bool):
        raise BadCell(_("is TRUE or FALSE, should be text"))
    if isinstance(value, time):
        clock = _read_clock(value)
        return f"{clock:%H:%M:%S}" if clock.second else f"{clock:%H:%M}"
    if isinstance(value, float):
        return exactly(value)
    return str(_SETTING_TEXT.read(str(value)))


def _read_article(value: Any) -> str:
    """An article's code; Excel makes a number of 4.1."""
    return exactly(value) if isinstance(value, float) else cleaning.plain(_as_text(value))


ARTICLE = CellKind(_read_article, "")
FLAG = CellKind(_read_flag, False)
MONEY = CellKind(_read_money)
DAY = CellKind(_read_day)
INSTANT = CellKind(_read_instant)  # local, without a zone
CLOCK = CellKind(_read_clock)  # a local datetime, or a bare time
MONTH = CellKind(_read_month)
SETTING = CellKind(_read_setting, "")
