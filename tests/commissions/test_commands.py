"""The commands of the payroll: what they print, and their exit codes."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.conftest import EXAMPLES
from tests.figures import all_rows
from tests.house import House
from tests.workbooks import person, punch

MONTH, IN_WORDS = "2026-09", "2026年9月"


def command(*arguments: str, **options: Any) -> tuple[int, str, str]:
    """A command's exit code, and what it wrote to stdout and stderr."""
    out, err = StringIO(), StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=err, **options)
    except SystemExit as leaving:
        return int(leaving.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def example(kept_house: House) -> House:
    kept_house.bring(EXAMPLES / "2026-09-situations.xlsx")
    return kept_house


def test_the_whole_way_on_the_command_line(db: None, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    code, printed, _err = command("import_workbook", str(EXAMPLES / "2026-09-situations.xlsx"))
    assert (code, "main" in printed) == (0, True)
    code, printed, _err = command("run_payroll", MONTH)
    assert code == 0
    assert "P29" in printed

    code, printed, err = command("lock_payroll", MONTH)
    assert (code, printed) == (1, "")
    assert [line.split()[0] for line in err.splitlines()] == ["P33", "P39"]
    assert "2026-09-30" in err

    assert command("export_payroll", MONTH, str(out))[0] == 0
    assert len(all_rows(out)["工资表"]) == 45
    command("import_workbook", str(EXAMPLES / "2026-09-situations.settled.xlsx"))
    assert command("run_payroll", MONTH)[0] == 0
    assert command("lock_payroll", MONTH)[0] == 0
    code, _printed, err = command("run_payroll", MONTH)
    assert (code, IN_WORDS in err) == (1, True)
    assert command("lock_payroll", MONTH)[0] == 1
    assert command("export_payroll", MONTH, str(out))[0] == 0


def test_a_month_not_run_is_neither_exported_nor_locked(example: House, tmp_path: Path) -> None:
    for arguments in (("export_payroll", MONTH, str(tmp_path / "x.xlsx")), ("lock_payroll", MONTH)):
        code, printed, err = command(*arguments)
        assert (code, printed) == (1, "")
        assert IN_WORDS in err
    assert not (tmp_path / "x.xlsx").exists()


@pytest.mark.parametrize("month", ["2026-13", "202609", "September", "2026-9", "9999-12x"])
def test_what_is_no_month_is_told_how_to_write_one(example: House, month: str) -> None:
    code, _printed, err = command("run_payroll", month)
    assert code == 1
    assert "YYYY-MM" in err


@pytest.mark.parametrize(("language", "words"), [("en", "Counted sales"), ("zh", "计入业绩"), ("zh-hans", "计入业绩")])
def test_the_report_speaks_the_language_asked_for(example: House, language: str, words: str) -> None:
    assert words in command("run_payroll", MONTH, lang=language)[1]


def test_chinese_is_the_default(example: House) -> None:
    assert "计入业绩" in command("run_payroll", MONTH)[1]


def test_the_venue_is_named_where_there_are_several(example: House, tmp_path: Path) -> None:
    other = House(tmp_path, "other")
    other.bring({"员工": [person()], "打卡": [punch(date(2026, 9, 1))]})
    code, _printed, err = command("run_payroll", MONTH)
    assert code == 1
    assert "main" in err
    assert "other" in err
    assert command("run_payroll", MONTH, venue="other")[0] == 0
    assert command("run_payroll", MONTH, venue="nowhere")[0] == 1


def test_an_earlier_month_with_facts_is_named(example: House) -> None:
    example.bring({"打卡": [punch(date(2026, 10, 1), "P01")]})
    command("run_payroll", "2026-10")
    code, _printed, err = command("lock_payroll", "2026-10")
    assert code == 1
    assert IN_WORDS in err


def test_a_place_that_cannot_be_written_to_is_told(example: House, tmp_path: Path) -> None:
    command("run_payroll", MONTH)
    code, _printed, err = command("export_payroll", MONTH, str(tmp_path / "no" / "where.xlsx"))
    assert code == 1
    assert "where.xlsx" in err
