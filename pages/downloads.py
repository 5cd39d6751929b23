"""Excel files as answers."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from django.http import FileResponse

from storage.spreadsheets import Sheet, write_sheets
from venues.models import Venue

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def excel_of(write: Callable[[Path], None], *, name: str) -> FileResponse:
    """The file that ``write`` makes, to be kept under a name; what it refuses (``Refused``) goes on to the caller."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer.xlsx"
        write(path)
        file = path.open("rb")  # stays readable once its name is gone
    return FileResponse(file, as_attachment=True, filename=name, content_type=EXCEL)


def sheets_of(sheets: Iterable[Sheet], *, venue: Venue, span: str, what: str) -> FileResponse:
    """Sheets as ``<venue>-<span>-<what>.xlsx``; ``span`` is the month (``2026-09``) or the year they tell of."""
    name = f"{venue.code}-{span}-{what}.xlsx"
    return excel_of(lambda path: write_sheets(path, sheets, house=venue.name, span=span), name=name)
