"""Number formats: which make dates and hours of numbers, and what a cell shows by them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

GENERAL = "General"
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "#,##0", 6: "#,##0", 7: "#,##0.00", 8: "#,##0.00", 9: "0%",
    10: "0.00%", 11: "0.00E+00", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
    40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "0.0E+0",
    # those of East Asia, which no file spells out
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: 'h"时"mm"分"', 35: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: 'h"时"mm"分"', 56: 'h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<half>AM/PM|A/P|上午/下午)'
    r"|(?P<letters>y+|m+|d+|h+|s+|e(?![+-])|b+|g+|a{3,4})|(?P<exponent>e[+-]0*)|(?P<digits>[0#?.,%]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_HOURS = re.compile(r"(h+|m+|s+)", re.IGNORECASE)
_LONGEST, _MOST_FORMATS = 255, 4096  # Excel's own; how many are remembered
_SIGNIFICANT = 10  # digits of a number that a cell without a format shows


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A format as far as its first section goes.

    ``is_date``: it makes a date or a time of a number; ``is_duration``: hours that may pass 24; ``is_clock``: a time
    without a date; ``pads``: what it shows of a whole number is not its bare digits, ``001`` or ``E001``.
    """

    code: str
    parts: tuple[tuple[str, str], ...] = field(repr=False)
    is_date: bool = False
    is_duration: bool = False
    is_clock: bool = False
    pads: bool = False

    def shows(self, value: Any) -> str:
        """What the cell shows of a value: text, number, or what the format made of one."""
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, datetime | time | timedelta):
            return self._moment(value) if self.is_date else _iso(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, int | float):
            return self._number(value)
        return str(value)

    def _moment(self, value: datetime | time | timedelta) -> str:
        hours, minutes, seconds, day = _split(value)
        shown = []
        before = ""
        kinds = [kind for kind, _text in self.parts]
        has_half = "half" in kinds
        for place, (kind, text) in enumerate(self.parts):
            if kind == "hours":
                total = {"h": hours, "m": hours * 60 + minutes, "s": (hours * 60 + minutes) * 60 + seconds}
                shown.append(f"{total[text[0]]:0{len(text)}}")
                before = text[0]
            elif kind == "half":
                shown.append(text.split("/")[hours % 24 >= 12])
            elif kind != "letters":
                shown.append(text)
            elif text[0] == "h":
                hour = ((hours % 24 - 1) % 12 + 1) if has_half else hours % 24
                shown.append(f"{hour:0{min(len(text), 2)}}")
                before = "h"
            elif text[0] == "s" or (text[0] == "m" and (before == "h" or self._next(place) == "s")):
                shown.append(f"{seconds if text[0] == 's' else minutes:0{min(len(text), 2)}}")
                before = text[0]
            else:
                shown.append(_of_day(text, day))
                before = ""
        return "".join(shown).strip()

    def _next(self, place: int) -> str:
        return next((text[0] for kind, text in self.parts[place + 1 :] if kind in ("letters", "hours")), "")

    def _number(self, value: int | float) -> str:
        digits = "".join(text for kind, text in self.parts if kind == "digits")
        if not digits or any(kind == "exponent" for kind, _text in self.parts):
            return general(value)
        exact = Decimal(exactly(value))
        if not exact.is_finite():
            return str(value)
        if "%" in digits:
            exact *= 100
        whole, _point, decimals = digits.rstrip("%").partition(".")
        places = sum(sign in "0#?" for sign in decimals)
        figures = f"{abs(exact).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
        front, _point, back = figures.partition(".")
        while back.endswith("0") and len(back) > decimals.count("0"):
            back = back[:-1]
        is_grouped = "," in whole.rstrip(",")
        front = front.zfill(whole.count("0"))
        if is_grouped:
            front = f"{int(front):,}"
        filled = self._filled(front, is_grouped)
        return ("-" if exact < 0 else "") + filled.replace("\0", f".{back}" if back else "")

    def _filled(self, front: str, is_grouped: bool) -> str:
        """The digits before the point in their places, the words around and between them; ``\\0`` for what follows."""
        shown: list[str] = []
        left, is_behind, first = front, False, True
        slots = [(kind, text) for kind, text in self.parts]
        count = sum(sum(s in "0#?" for s in text.partition(".")[0]) for kind, text in slots if kind == "digits")
        taken = 0
        for kind, text in slots:
            if kind != "digits":
                shown.append(text if kind != "letters" else "")
                continue
            head, point, _tail = text.partition(".")
            own = sum(sign in "0#?" for sign in head)
            if not is_behind and own:
                taken += own
                rest = count - taken  # places that are still to come
                cut = len(left) - rest if not is_grouped else len(left)
                part = left[: max(cut, 0)]
                left = left[max(cut, 0) :]
                shown.append(part)
                first = False
            if point or (not is_behind and taken == count):
                if not is_behind:
                    shown.append("\0")
                is_behind = True
            if "%" in text:
                shown.append("%")
        return "".join(shown).strip() if not first or shown else front


@lru_cache(maxsize=_MOST_FORMATS)
def number_format(code: str) -> NumberFormat:
    """A format by its code; whatever is no format shows numbers as they are."""
    first = _first_section(code[:_LONGEST])
    if first.strip().lower() in ("", "general", "@", "g/通用格式"):
        return NumberFormat(code, ())
    parts = tuple(_parts(first))
    letters = "".join(text[0] for kind, text in parts if kind == "letters")
    is_duration = any(kind == "hours" for kind, _text in parts)
    is_date = is_duration or any(letter in "ymdhs" for letter in letters)
    has_day = any(letter in "yd" for letter in letters) or (is_date and not any(letter in "hs" for letter in letters))
    is_clock = is_date and not is_duration and not has_day
    digits = "".join(text for kind, text in parts if kind == "digits").partition(".")[0]
    words = any(kind == "words" and text.strip(" ¥￥$元") for kind, text in parts)
    pads = (
        not is_date and "," not in digits and "%" not in digits and (digits.count("0") > 1 or (bool(digits) and words))
    )
    return NumberFormat(code, parts, is_date, is_duration, is_clock, pads)


def built_in(number: int) -> NumberFormat:
    """A format that files name by its number alone."""
    return number_format(_BUILT_IN.get(number, GENERAL))


def general(value: int | float) -> str:
    """What a cell without a format shows of a number."""
    if isinstance(value, int):
        return str(value)
    shown = Decimal(format(value, f".{_SIGNIFICANT}g"))
    return f"{shown:f}" if shown.is_finite() else str(value)


def exactly(value: int | float) -> str:
    """A number to the digits that Excel keeps: what lies beyond its 15 digits is noise of binary fractions."""
    if isinstance(value, int):
        return str(value)
    digits = Decimal(format(value, ".15g"))
    return f"{digits:f}" if digits.is_finite() else str(value)


def _first_section(code: str) -> str:
    for found in re.finditer(r'"[^"]*"?|\\.|;', code, re.DOTALL):
        if found[0] == ";":
            return code[: found.start()]
    return code


def _parts(section: str) -> Iterator[tuple[str, str]]:
    for found in _TOKENS.finditer(section):
        kind, text = found.lastgroup, found[found.lastgroup] if found.lastgroup else ""
        if kind in ("quoted", "escaped", "other"):
            yield "words", text
        elif kind == "bracket":
            if _HOURS.fullmatch(text):
                yield "hours", text.lower()
            elif text.startswith("$"):  # a currency, or a language alone
                yield "words", text[1:].partition("-")[0]
        elif kind == "letters":
            yield "letters", text.lower()
        elif kind == "half":
            yield "half", text
        elif kind is not None:
            yield kind, text


def _split(value: datetime | time | timedelta) -> tuple[int, int, int, date | None]:
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return seconds // 3600, seconds // 60 % 60, seconds % 60, None
    if isinstance(value, datetime):
        value = value + timedelta(microseconds=500_000)
        return value.hour, value.minute, value.second, value.date()
    whole = datetime.combine(date(2000, 1, 1), value) + timedelta(microseconds=500_000)
    return whole.hour, whole.minute, whole.second, None


def _of_day(text: str, day: date | None) -> str:
    if day is None:  # a time in a cell of dates: Excel's day nought
        return {"y": "1900", "e": "1900", "m": "1", "d": "0"}.get(text[0], "").zfill(
            len(text) if text[0] in "md" else 0
        )
    if text[0] in "ye":
        return f"{day.year % 100:02}" if text == "yy" else f"{day.year:04}"
    if text[0] in "md" and len(text) <= 2:
        return f"{day.month if text[0] == 'm' else day.day:0{len(text)}}"
    if text[0] == "m":
        return day.strftime("%b" if len(text) == 3 else "%B")
    if text[0] in "da":
        return "一二三四五六日"[day.weekday()] if text[0] == "a" else day.strftime("%a")
    return ""


def _iso(value: datetime | time | timedelta) -> str:
    if isinstance(value, timedelta):
        hours, minutes, seconds, _day = _split(value)
        return f"{hours}:{minutes:02}:{seconds:02}"
    return str(value)


PLAIN = number_format(GENERAL)
