"""Parse a line from a chat into the fields of a booking."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from rulebook import cleaning, phones
from rulebook.calendar import moment

LONGEST = 500
NAME, NOTE, MOST_PEOPLE = 60, 200, 200

_CN = "一二两三四五六七八九"
_NUMBER = rf"[0-9]{{1,3}}|[{_CN}]?十[{_CN}]?|[{_CN}]"
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?(1[3-9][0-9])[ -]?([0-9]{4})[ -]?([0-9]{4})(?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<![0-9A-Za-z+])(?!20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2})\+?[0-9][0-9-]{5,17}[0-9](?![0-9A-Za-z])")
_TIME = re.compile(
    r"(?P<part>今晚|晚上|晚|夜里|下午|傍晚|凌晨|半夜|早上|上午)? ?"
    rf"(?<![0-9:])(?:(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})(?![0-9:])(?P<half> ?[ap]m)?"
    rf"|(?P<bare>[0-9]{{1,2}}) ?(?P<bare_half>[ap]m)(?![a-z])"
    rf"|(?P<oclock>{_NUMBER}) ?[点點时時]钟?(?P<rest>半|[一三]刻|整|(?:[0-5]?[0-9]|{_NUMBER})分?(?![0-9人位个]))?)",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    rf"(?<![0-9:])(?P<number>{_NUMBER}) ?(?:个人|個人|人|位|个|個|(?:pax|ppl|people|guests?|persons?)(?![a-z]))",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"[订給给帮留]?(?P<name>[\u4e00-\u9fff·]{1,4}?(?:先生|女士|小姐|太太|老板|老师|律师|医生|经理|总|哥|姐|少|董|叔|姨|爷)"
    r"|(?:mr|mrs|ms|miss)\.?[a-z]+)[订定留]?",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[A-Z][A-Za-z]{1,19}")
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "田任姜范石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易武乔贺赖龚文"
)
_NO_NAMES = frozenset(("高兴", "白天", "白酒", "金色", "江景", "文艺", "万一", "石头", "黄酒", "叶子", "任何", "于是"))
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "到 来 的 订 定 留 给 要 帮 台 桌 号 卡座 今晚 今天 晚上 电话 手机 手机号 姓名 客人 预订 订台 预计 左右 大概",
    )
)
_BETWEEN = re.compile(r"[\s,，。;；、|/]+")


class Pasted(NamedTuple):
    """What a line states; ``party_size`` and ``expected_at`` are None where it does not, ``rest`` is for the note."""

    table: str = ""
    guest_name: str = ""
    guest_phone: str = ""
    expected_at: datetime | None = None
    party_size: int | None = None
    rest: str = ""


def parse_line(text: str, tables: Iterable[str], day: date, zone: tzinfo, shift: tuple[time, time]) -> Pasted:
    """Read «A8 林先生 13912345678 9点 6人», in any order of its words; whatever is not understood is the rest.

    ``tables`` are the codes of the plan, ``shift`` the clock times of its start and end: of the two times that
    «9点» may be, the one within or nearest to it is meant. Never raises. Where a line states a thing twice, the
    first is taken.
    """
    line = " ".join(cleaning.plain(text[:LONGEST]).split())
    phone, line = _phone(line)
    clock, line = _clock(line, shift)
    people, line = _people(line)
    table, line = _table(line, tables)
    words = [word for word in _BETWEEN.split(line) if word and word not in _FILLERS]
    name = _name(words)
    rest = " ".join(word for word in words if word)
    return Pasted(table, name[:NAME], phone, moment(day, clock, zone) if clock else None, people, rest[:NOTE])


def _without(line: str, found: re.Match[str]) -> str:
    return f"{line[: found.start()]} {line[found.end() :]}"


def _phone(line: str) -> tuple[str, str]:
    found = _MOBILE.search(line)
    if found is not None:
        return "".join(found.groups()), _without(line, found)
    for found in _PHONE.finditer(line):
        if phones.is_phone(found[0]):
            return phones.spelled(found[0]), _without(line, found)
    return "", line


def _clock(line: str, shift: tuple[time, time]) -> tuple[time | None, str]:
    for found in _TIME.finditer(line):
        clock = _meant(found, shift)
        if clock is not None:
            return clock, _without(line, found)
    return None, line


def _meant(found: re.Match[str], shift: tuple[time, time]) -> time | None:
    """The clock time that a match means; None where there is none such."""
    hour = _number(found["oclock"] or found["bare"] or found["hour"])
    minute = int(found["minute"]) if found["minute"] else _minutes(found["rest"] or "")
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    half = (found["half"] or found["bare_half"] or "").strip().lower()
    part = found["part"] or ""
    if hour > 12 or (hour == 0 and not half):
        return time(hour % 24, minute)
    if half == "am" or part in ("凌晨", "半夜", "早上", "上午"):
        return time(hour % 12, minute)
    if half == "pm" or part in ("下午", "傍晚"):
        return time(hour % 12 + 12, minute)
    return min((time(hour % 12 + 12, minute), time(hour % 12, minute)), key=lambda clock: _away(clock, shift))


def _away(clock: time, shift: tuple[time, time]) -> timedelta:
    """How far a clock time lies outside the shift of a business day."""
    at, start, end = (_since_noon(one) for one in (clock, *shift))
    return max(start - at, at - end, timedelta())


def _since_noon(clock: time) -> timedelta:
    since = timedelta(hours=clock.hour, minutes=clock.minute)
    return since - timedelta(hours=12) if clock.hour >= 12 else since + timedelta(hours=12)


def _minutes(text: str) -> int:
    if text in ("", "整"):
        return 0
    if text == "半":
        return 30
    return {"一刻": 15, "三刻": 45}.get(text) or _number(text.removesuffix("分"))


def _number(text: str) -> int:
    """Figures, or Chinese numerals up to ninety-nine."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_digit(tens) or 1) * 10 + _digit(ones) if ten else _digit(text)


def _digit(numeral: str) -> int:
    return "零一二三四五六七八九".index(numeral.replace("两", "二") or "零")


def _people(line: str) -> tuple[int | None, str]:
    for found in _PEOPLE.finditer(line):
        number = _number(found["number"])
        if 1 <= number <= MOST_PEOPLE:
            return number, _without(line, found)
    return None, line


def _table(line: str, tables: Iterable[str]) -> tuple[str, str]:
    codes = {cleaning.folded(code): code for code in tables if code}
    if not codes:
        return "", line
    known = "|".join(re.escape(code) for code in sorted(codes, key=lambda code: (-len(code), code)))
    found = re.search(rf"(?<![0-9A-Za-z])({known})(?![0-9A-Za-z])(?:号?[台桌卡]|号)?", line, re.IGNORECASE)
    if found is None or cleaning.folded(found[1]) not in codes:
        return "", line
    return codes[cleaning.folded(found[1])], _without(line, found)


def _name(words: list[str]) -> str:
    """Take the guest's name out of the words: one with a title, else what looks like a name."""
    for reads in (_titled, _surnamed, _latin):
        for place, word in enumerate(words):
            name = reads(word)
            if name:
                words[place] = ""
                return name
    return ""


def _titled(word: str) -> str:
    found = _TITLED.fullmatch(word)
    return found["name"] if found else ""


def _surnamed(word: str) -> str:
    is_name = 2 <= len(word) <= 3 and word[0] in _SURNAMES and word not in _NO_NAMES
    return word if is_name and all("\u4e00" <= letter <= "\u9fff" for letter in word) else ""


def _latin(word: str) -> str:
    return word if _LATIN.fullmatch(word) and word.upper() not in ("VIP", "DJ", "OK", "PM", "AM") else ""
