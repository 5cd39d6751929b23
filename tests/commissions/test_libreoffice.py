"""The exported workbook opens in LibreOffice and prints."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

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
    pdf = workbook.with_suffix(".pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    # Four sheets, each on a page of its own at least; A4 across the page.
    assert pdf.count(b"/Type/Page\n") + pdf.count(b"/Type/Page/") >= 4
    assert b"/MediaBox[0 0 841." in pdf or b"/MediaBox[0 0 842" in pdf
