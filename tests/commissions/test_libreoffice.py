"""The exported workbook opens in LibreOffice and prints."""

import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from pypdf import PageObject, PdfReader

from tests.conftest import EXAMPLES
from tests.house import House


def test_the_export_converts_to_pdf_without_an_error(house: House, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        if os.environ.get("CI"):
            raise FileNotFoundError("LibreOffice is not installed")
        pytest.skip("no LibreOffice on this machine")
    house.bring(EXAMPLES / "2026-10-venue.xlsx")
    house.run("2026-10")
    workbook = house.export("2026-10")
    done = subprocess.run(
        [
            office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf",
            "--outdir", str(tmp_path), str(workbook),
        ],
        env=os.environ | {"HOME": str(tmp_path)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stdout + done.stderr
    pages = PdfReader(workbook.with_suffix(".pdf")).pages
    assert {tuple(round(side) for side in page.mediabox[2:]) for page in pages} == {(842, 595)}  # A4 across
    titles = Counter()
    for page in pages:
        sizes, words = sizes_and_words(page)
        assert min(sizes) >= 8 - ROUNDED, words[:10]
        assert {"main", "2026-10"} <= set(words)
        titles.update(set(words) & set(TITLES))
    # One person a row on one page of the width, the payroll on two.
    assert titles.keys() == set(TITLES)
    assert titles["工资表"] % 2 == 0
    assert titles["考勤表"] == titles["代发"] == 1


TITLES = ("工资表", "工资明细", "签收表", "考勤表", "代发", "订台业绩")
ROUNDED = 0.02  # points, as LibreOffice writes them


def sizes_and_words(page: PageObject) -> tuple[set[float], list[str]]:
    """The sizes of a page's text in points, and its words."""
    sizes = set()

    def seen(text: str, outer: list[float], inner: list[float], _font: object, size: float) -> None:
        if text.strip():
            sizes.add(round(size * abs(inner[3] * outer[3]), 2))

    return sizes, page.extract_text(visitor_text=seen).split()
