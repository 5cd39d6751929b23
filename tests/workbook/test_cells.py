"""How a cell's value is read, by the kind of its column."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from rulebook.policy import parameters, read_value
from workbook.faults import BadCell
from workbook.xlsx.cells import (
    ARTICLE,
    CLOCK,
    DAY,
    FLAG,
    INSTANT,
    MONEY,
    MONTH,
    SETTING,
    CellKind,
    approver,
    card,
    choice,
    code,
    guest_phone,
    id_number,
    phone,
    text,
)

NUMBER = text(10)
CARD, ID, APPROVER = card(20), id_number(40), approver(60)
COLOURS = choice({"红": "red", "绿": "green"})


def refused(kind: CellKind, value: Any) -> str:
    with pytest.raises(BadCell) as caught:
        kind.read(value)
    words = str(caught.value)
    assert words
    assert "\n" not in words
    assert len(words) < 200
    return words


# --- text -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("A1", "A1"),
        ("  A1 ", "A1"),
        ("\u3000张三\xa0", "张三"),
        ("007", "007"),
        (12, "12"),
        (12.0, "12"),
        (13900000000, "13900000000"),
        (-3, "-3"),
    ],
)
def test_text_is_trimmed_and_whole_numbers_become_text(value: Any, kept: str) -> None:
    assert text(40).read(value) == kept


@pytest.mark.parametrize("value", [1.5, True, date(2026, 9, 1), datetime(2026, 9, 1), time(20), float("inf")])
def test_what_is_no_text_is_refused_by_a_text_column(value: Any) -> None:
    refused(NUMBER, value)


def test_text_as_long_as_allowed_is_kept_and_a_character_more_is_refused() -> None:
    assert NUMBER.read("x" * 10) == "x" * 10
    assert "11" in refused(NUMBER, "x" * 11)


def test_a_number_beyond_excels_fifteen_digits_has_lost_digits() -> None:
    assert text(40).read(999_999_999_999_999) == "999999999999999"
    assert "lost digits" in refused(text(40), 1_000_000_000_000_000)
    assert "lost digits" in refused(text(40), 2.0260901e15)


@pytest.mark.parametrize("mark", ["\x00", "\x07", "\x1b", "\x7f", "\ud800", "\u200b", "\u202d", "\ufeff", "\u3164"])
def test_what_nobody_sees_is_left_out(mark: str) -> None:
    assert text(10).read(f"a{mark}b") == "ab"
    assert CARD.read(f"{mark}12345678{mark}") == "12345678"
    assert COLOURS.read(f"{mark}红") == "red"
    assert MONEY.read(f"12{mark}") == Decimal("12.00")


def test_names_and_words_keep_their_width_and_all_else_does_not() -> None:
    assert text(10).read("ＶＩＰ　林") == "ＶＩＰ　林"
    assert code(10).read("ＶＩＰ１") == "VIP1"


def test_an_empty_text_is_an_empty_text() -> None:
    assert NUMBER.empty == CARD.empty == ID.empty == APPROVER.empty == COLOURS.empty == ""


def test_a_long_number_must_be_text() -> None:
    for kind in (CARD, ID):
        for value in (11010119900307123, 6.2220212345678901e18, 12345678):
            assert "lost digits" in refused(kind, value)
        for value in (True, date(2026, 9, 1)):
            refused(kind, value)


def test_a_long_number_has_a_longest_length() -> None:
    refused(CARD, "1" * 21)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (" 11010519491231002x ", "11010519491231002X"),
        ("１１０１０５　１９４９－１２３１－００２Ｘ", "11010519491231002X"),
        ("440524188001010014", "440524188001010014"),
        ("E12345678", "E12345678"),
        ("110105491231002", "110105491231002"),
    ],
)
def test_an_id_number_is_digits_that_hold_or_another_papers_number(value: str, kept: str) -> None:
    assert ID.read(value) == kept


@pytest.mark.parametrize("value", ["11010519491231003X", "110105194912310021", "无", "-", "0", "NA", "同上", "身份证"])
def test_an_id_number_with_a_wrong_check_digit_or_none_is_refused(value: str) -> None:
    refused(ID, value)


@pytest.mark.parametrize("value", ["6222 0212 3456 7890 149", "6222-02123456-7890149", "６２２２0212３４５６7890149"])
def test_a_card_number_is_its_digits(value: str) -> None:
    assert CARD.read(value) == "6222021234567890149"


@pytest.mark.parametrize("value", ["无", "/", "0", "000", "招行6222021234", "6222O2123", "6222021234/1"])
def test_a_card_number_of_anything_else_is_refused(value: str) -> None:
    refused(CARD, value)


def test_a_phone_of_the_house_is_digits_and_a_guests_is_kept_as_it_is() -> None:
    assert phone(40).read("+86 138-0000-0003") == guest_phone(40).read("+86 138-0000-0003") == "13800000003"
    assert phone(40).read(13800000003) == "13800000003"
    for value in ("无", "0", "/", "同上", "13800138000 13900139000"):
        refused(phone(40), value)
    assert guest_phone(40).read("无") == "无"


@pytest.mark.parametrize(
    "value",
    ["/", "-", "—", "无", "暂无", "N/A", "未批准", "否", "待批", "0", 0, "×", "√", "没有", "尚未审批", "待主管批准",
     "领导未批", "不同意",     "（无）", "Ｎ／Ａ", "None", "TBD", "无\u200b", "...", "無", "是", "同意"],
)  # fmt: skip
def test_a_word_for_nobody_approves_nothing(value: Any) -> None:
    assert "leave the cell empty" in refused(APPROVER, value)


@pytest.mark.parametrize("value", ["周敏", "吴未来", "郑准", "Li", "Ann", "买买提·艾力", "王总", "吴不凡", "Ng"])
def test_a_name_approves(value: str) -> None:
    assert APPROVER.read(f" {value}") == value


# --- fixed values -----------------------------------------------------------------------------------------
def test_a_choice_gives_its_code_and_refuses_other_words_naming_the_list() -> None:
    assert COLOURS.read(" 红 ") == "red"
    assert "红、绿" in refused(COLOURS, "蓝")
    for value in ("red", 1, True, "红绿", "红\n绿"):
        refused(COLOURS, value)


def test_a_quoted_value_stays_short_and_on_one_line() -> None:
    assert "…" in refused(COLOURS, "很长" * 5000)
    assert "a b" in refused(COLOURS, "a\nb")


def test_a_flag_is_yes_or_no_and_no_where_empty() -> None:
    assert FLAG.read("是") is True
    assert FLAG.read(" 否 ") is False
    assert FLAG.empty is False
    for value in ("yes", "对", 1, 0, True, False):
        refused(FLAG, value)


@pytest.mark.parametrize(("value", "code"), [("4.1", "4.1"), (4.1, "4.1"), (4.7, "4.7"), (" 5.A ", "5.A"), (4, "4")])
def test_an_article_may_be_a_number(value: Any, code: str) -> None:
    assert ARTICLE.read(value) == code


def test_an_article_that_excel_made_a_date_is_refused() -> None:
    refused(ARTICLE, datetime(2026, 4, 1))
    refused(ARTICLE, True)


# --- money ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (0, "0.00"),
        (1000, "1000.00"),
        ("1,000", "1000.00"),
        ("￥1,200.50", "1200.50"),
        ("1200元", "1200.00"),
        ("１２", "12.00"),
        (35.5, "35.50"),
        (35.55, "35.55"),
        (0.1 + 0.2, "0.30"),
        (1.1 + 2.2, "3.30"),
        (4.35 * 100, "435.00"),
        (1.005 * 1000, "1005.00"),
        (99999999.99, "99999999.99"),
        ("35.55", "35.55"),
        (" 12 ", "12.00"),
        ("12.500", "12.50"),
        (Decimal("7.25"), "7.25"),
    ],
)
def test_money_is_exact_to_the_fen(value: Any, amount: str) -> None:
    read = MONEY.read(value)
    assert str(read) == amount


@pytest.mark.parametrize("value", [35.555, "35.555", 0.001, 1e-7, "0.001"])
def test_money_with_a_third_decimal_is_refused(value: Any) -> None:
    assert "two decimals" in refused(MONEY, value)


@pytest.mark.parametrize("value", [-1, -0.01, "-5", "-0.01"])
def test_negative_money_is_refused(value: Any) -> None:
    assert "negative" in refused(MONEY, value)


@pytest.mark.parametrize("value", [100_000_000, 1e20, "9" * 40, 10**18])
def test_money_too_large_is_refused(value: Any) -> None:
    assert "too large" in refused(MONEY, value)


@pytest.mark.parametrize(
    "value",
    [
        True,
        False,
        "abc",
        "1e3",
        "+5",
        "٣",
        "NaN",
        "Infinity",
        ".5",
        "5.",
        "--5",
        "1,2",
        "1,0000",
        "1 200",
        "1.2万",
        "(200)",
        "壹仟贰佰",
        "¥¥5",
        "5元元",
        float("nan"),
        float("inf"),
        date(2026, 9, 1),
        time(1),
        timedelta(hours=30),
    ],
)
def test_what_is_no_number_is_no_money(value: Any) -> None:
    refused(MONEY, value)


def test_empty_money_is_not_zero() -> None:
    assert MONEY.empty is None


# --- days and months --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "value",
    [date(2026, 9, 1), datetime(2026, 9, 1), "2026-09-01", " 2026-09-01 ", "2026/9/1", "2026/09/01",
     "2026.9.1", "2026.09.01", "2026年9月1日", "2026年09月01日", "２０２６-09-01", "2026-09-01\u200b"],
)  # fmt: skip
def test_a_date_is_an_excel_date_or_iso_text(value: Any) -> None:
    assert DAY.read(value) == date(2026, 9, 1)
    assert type(DAY.read(value)) is date


@pytest.mark.parametrize(
    "value",
    [
        "2026-9-1",
        "2026/9-1",
        "26/9/1",
        "2026年9月",
        "20260901",
        "2026-02-30",
        "2026-13-01",
        "2026-W36-1",
        "1 September",
        46266,
        46266.5,
        True,
        time(20),
        timedelta(days=3),
        datetime(2026, 9, 1, 18),
        "2026-09-01 18:00",
    ],
)
def test_what_is_no_date_is_refused_with_an_example(value: Any) -> None:
    assert "2026-09-01" in refused(DAY, value)


@pytest.mark.parametrize(
    "value", [date(1900, 1, 2), datetime(1899, 12, 31), "0001-01-01", "2206-09-01", date(9999, 12, 31)]
)
def test_a_date_far_from_now_is_refused(value: Any) -> None:
    assert "check the year" in refused(DAY, value)


@pytest.mark.parametrize(
    "value",
    [
        "2026-09",
        " 2026-09 ",
        "2026/9",
        "2026/09",
        "2026年9月",
        "２０２６－０９",
        date(2026, 9, 1),
        datetime(2026, 9, 17, 8),
    ],
)
def test_a_month_is_text_or_any_date_in_it(value: Any) -> None:
    assert MONTH.read(value) == date(2026, 9, 1)


@pytest.mark.parametrize(
    "value", ["2026-9", "9月", "Sep-26", "202609", "2026-13", "0000-01", "2026-09-01", 202609, 9, True, time(1)]
)
def test_what_is_no_month_is_refused(value: Any) -> None:
    assert "YYYY-MM" in refused(MONTH, value)


@pytest.mark.parametrize("value", ["0026-09", "9999-12", date(1900, 1, 1)])
def test_a_month_far_from_now_is_refused(value: Any) -> None:
    assert "check the year" in refused(MONTH, value)


# --- times ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "clock"),
    [
        ("20:00", time(20)),
        (" 8:05 ", time(8, 5)),
        ("02:00:30", time(2, 0, 30)),
        (time(20), time(20)),
        (time(19, 59, 59, 999_600), time(20)),
        (time(20, 0, 0, 400), time(20)),
        (time(23, 59, 59, 600_000), time(0)),
        (timedelta(hours=2), time(2)),
        (timedelta(hours=20, microseconds=-300), time(20)),
        (timedelta(0), time(0)),
        ("20：00", time(20)),
        ("\u300002:00", time(2)),
        ("24:00", time(0)),
        ("24:30", time(0, 30)),
        ("26:00:15", time(2, 0, 15)),
        ("35:59", time(11, 59)),
        ("次日02:00", time(2)),
        ("次日 2:00", time(2)),
        (timedelta(hours=26), time(2)),
        (timedelta(days=1), time(0)),
    ],
)
def test_a_bare_time_is_text_or_an_excel_time_to_the_second(value: Any, clock: time) -> None:
    assert CLOCK.read(value) == clock


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2026-09-02 02:00", datetime(2026, 9, 2, 2)),
        (" 2026-09-02 2:00:15 ", datetime(2026, 9, 2, 2, 0, 15)),
        ("2026/9/2 2:00", datetime(2026, 9, 2, 2)),
        ("2026年9月2日2:00", datetime(2026, 9, 2, 2)),
        ("2026-09-02  02:00", datetime(2026, 9, 2, 2)),
        ("2026-09-01 26:00", datetime(2026, 9, 2, 2)),
        (datetime(2026, 9, 2, 2), datetime(2026, 9, 2, 2)),
        (datetime(2026, 9, 1, 23, 59, 59, 999_000), datetime(2026, 9, 2)),
        (datetime(2026, 9, 1, 20, 0, 0, 1_000), datetime(2026, 9, 1, 20)),
    ],
)
def test_a_time_with_its_date_is_taken_as_it_stands_to_the_second(value: Any, instant: datetime) -> None:
    assert CLOCK.read(value) == instant
    assert INSTANT.read(value) == instant


@pytest.mark.parametrize(
    "value",
    [
        "36:00",
        "次日26:00",
        "20.00",
        "2000",
        "晚上8点",
        "/",
        "20:60",
        "20",
        "8pm",
        "20:00+08:00",
        "2026-09-01T20:00",
        "2026-09-31 20:00",
        "2026-09-01 36:00",
        "2026-09-0120:00",
        "20:00:00.000",
        0.8333,
        20,
        True,
        date(2026, 9, 1),
        timedelta(hours=36),
        timedelta(hours=-1),
    ],
)
def test_what_is_no_time_is_refused_with_an_example(value: Any) -> None:
    assert "20:00" in refused(CLOCK, value)


def test_the_next_days_afternoon_is_another_business_day() -> None:
    assert "next business day" in refused(CLOCK, "次日12:00")


@pytest.mark.parametrize(
    "value",
    ["18:00", "26:00", "次日02:00", time(18), timedelta(hours=18), "2026-09-01", date(2026, 9, 1), 46266.75, True],
)
def test_where_the_date_is_needed_a_bare_time_is_refused(value: Any) -> None:
    assert "YYYY-MM-DD HH:MM" in refused(INSTANT, value)


@pytest.mark.parametrize(
    "value",
    [datetime(1900, 1, 1, 2), datetime(9999, 12, 31, 23, 59, 59, 999_999), "9999-12-31 23:59:59", "0001-01-01 00:00"],
)
def test_a_time_far_from_now_is_refused(value: Any) -> None:
    assert "check the year" in refused(CLOCK, value)
    assert "check the year" in refused(INSTANT, value)


# --- policy values ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (" 3000 ", "3000"),
        (3000, "3000"),
        (3000.0, "3000"),
        (0.03, "0.03"),
        (0.1 + 0.2, "0.3"),
        (1e-6, "0.000001"),
        (time(20, 30), "20:30"),
        (time(19, 59, 59, 999_700), "20:00"),
        (time(20, 0, 30), "20:00:30"),
        ("小吃,果盘", "小吃,果盘"),
    ],
)
def test_a_policy_value_of_any_kind_becomes_the_text_its_parameter_reads(value: Any, words: str) -> None:
    assert SETTING.read(value) == words


@pytest.mark.parametrize("value", [True, "x" * 201])
def test_what_is_no_policy_value_is_refused(value: Any) -> None:
    refused(SETTING, value)


def test_an_empty_policy_value_is_not_set() -> None:
    assert SETTING.empty == ""
    assert read_value("minimum_wage", SETTING.empty) is None


@pytest.mark.parametrize("name", list(parameters()))
def test_every_default_reads_back_from_its_own_text(name: str) -> None:
    parameter = parameters()[name]
    assert read_value(name, SETTING.read(parameter.kind.write(parameter.default))) == parameter.default
