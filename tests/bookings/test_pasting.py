"""A line as it is sent in chats fills the form, whatever the order of its words."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from bookings.booking.chat_line import NAME, NOTE, Pasted, parse_line

DAY, ZONE, SHIFT = date(2026, 11, 21), ZoneInfo("Asia/Shanghai"), (time(20), time(2))
TABLES = ["A6", "A8", "V2", "V12", "B1"]


def read(line: str) -> Pasted:
    return parse_line(line, TABLES, DAY, ZONE, SHIFT)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 21 if hour >= 12 else 22, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("A8 林先生 139… 9点 6人", Pasted("A8", "林先生", "", at(21), 6, "139...")),
        ("林总 V2 十个人 21:30 13912345678", Pasted("V2", "林总", "13912345678", at(21, 30), 10, "")),
        ("A8林先生 9点半 ６人 １３９-１２３４-５６７８", Pasted("A8", "林先生", "13912345678", at(21, 30), 6, "")),
        ("v2，晚上9点，139 1234 5678，陈嘉怡，生日", Pasted("V2", "陈嘉怡", "13912345678", at(21), None, "生日")),
        ("+86 139 1234 5678 王小姐 10 位 21点 a6台", Pasted("A6", "王小姐", "13912345678", at(21), 10, "")),
        ("Kevin A6 9:30pm 4 people VIP", Pasted("A6", "Kevin", "", at(21, 30), 4, "VIP")),
        ("Mr.Lee V12 两位 0755-12345678", Pasted("V12", "Mr.Lee", "075512345678", None, 2, "")),
        ("给李哥留B1 二十人 十点一刻", Pasted("B1", "李哥", "", at(22, 15), 20, "")),
        ("今晚 林总 到店 9点10分", Pasted("", "林总", "", at(21, 10), None, "到店")),
        ("Ａ\u200b８ 林\u202d先生 139\u200b12345678 9点", Pasted("A8", "林先生", "13912345678", at(21), None, "")),
        ("", Pasted()),
        ("你好", Pasted(rest="你好")),
        ("2026-11-21 A6", Pasted("A6", rest="2026-11-21")),
        ("A68 B12 XV2", Pasted(rest="A68 B12 XV2")),
    ],
)  # fmt: skip
def test_a_line_is_read(line: str, wanted: Pasted) -> None:
    assert read(line) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("9点", at(21)),
        ("8点", at(20)),
        ("7点", at(19)),
        ("12点", at(0)),
        ("1点", at(1)),
        ("两点", at(2)),
        ("3点半", at(3, 30)),
        ("5点", at(17)),
        ("晚上1点", at(1)),
        ("凌晨1点半", at(1, 30)),
        ("下午3点", at(15)),
        ("十一点三刻", at(23, 45)),
        ("九点整", at(21)),
        ("0:30", at(0, 30)),
        ("24点", at(0)),
        ("9：05", at(21, 5)),
        ("20:00", at(20)),
        ("10pm", at(22)),
        ("12am", at(0)),
        ("12 pm", at(12)),
        ("25点", None),
        ("9:75", None),
        ("0点", at(0)),
        ("24:30", None),
    ],
)
def test_of_the_two_times_that_may_be_meant_it_is_the_one_nearest_to_the_shift(
    text: str, wanted: datetime | None
) -> None:
    assert read(f"A6 {text} 林总").expected_at == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("6人", 6), ("十二个人", 12), ("两位", 2), ("45位", 45), ("0人", None), ("999人", None), ("三十五人", 35)],
)
def test_people_are_counted_in_figures_and_words(text: str, wanted: int | None) -> None:
    assert read(f"A6 {text}").party_size == wanted


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=700) | st.text(alphabet="A6V2 09:点半人位林总先生139-+十两pm晚上，。\n：９", max_size=120))
def test_it_never_raises_and_what_it_reads_fits_the_form(line: str) -> None:
    found = read(line)
    assert found.table in ("", *TABLES)
    assert len(found.guest_name) <= NAME
    assert len(found.rest) <= NOTE
    assert len(found.guest_phone) <= 20
    assert found.party_size is None or 1 <= found.party_size <= 200


_WORDS: dict[str, list[str]] = {
    "table": ["A8", "v2", "B1台"],
    "name": ["林先生", "林总", "陈嘉怡", "Kevin"],
    "phone": ["13912345678", "139-1234-5678", "+8613912345678", "０７５５12345678"],
    "time": ["9点", "9点半", "晚上9点", "21:30", "九点", "10pm"],
    "people": ["6人", "10位", "十个人", "两位", "4个"],
    "rest": ["生日", "靠窗", "靠近舞台", "139…", "VIP"],
}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_the_order_of_the_words_does_not_matter(data: Any) -> None:
    chosen = [data.draw(st.sampled_from(words)) for words in _WORDS.values() if data.draw(st.booleans())]
    assert read(" ".join(chosen)) == read(" ".join(data.draw(st.permutations(chosen))))


@settings(max_examples=300, deadline=None)
@given(
    st.permutations(["A8", "林先生", "13912345678", "9点半", "6人", "生日"]), st.sampled_from([" ", "，", "\n", "  "])
)
def test_every_word_finds_its_field_in_any_order(words: list[str], between: str) -> None:
    assert read(between.join(words)) == Pasted("A8", "林先生", "13912345678", at(21, 30), 6, "生日")


@pytest.mark.parametrize(
    ("line", "phone", "rest"),
    [
        ("A8 林先生 +85291234567 9点", "+85291234567", ""),
        ("A8 林先生 010-88886666 9点", "01088886666", ""),
        ("A8 林先生 1234567 9点", "", "1234567"),
        ("A8 林先生 88888888 9点", "", "88888888"),
    ],
)
def test_only_what_could_be_dialled_is_read_as_a_phone(line: str, phone: str, rest: str) -> None:
    found = read(line)
    assert (found.guest_phone, found.rest) == (phone, rest)
