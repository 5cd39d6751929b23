"""What lies in the data folder is read by nobody but the application's own user."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage.private import made_private, private_file, private_folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def open_handed() -> object:
    """Makes what is not closed on purpose readable by everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_folder_and_a_file_are_made_closed_and_closed_where_they_stood_open(tmp_path: Path) -> None:
    for name in ("new", "old"):
        folder = tmp_path / name
        if name == "old":
            folder.mkdir(mode=0o755)
            (folder / "file").write_text("kept")
        assert mode(private_folder(folder)) == 0o700
        assert mode(private_file(folder / "file")) == 0o600
    assert (tmp_path / "old" / "file").read_text() == "kept"


def test_a_folder_meant_for_everybody_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    assert mode(private_folder(tmp_path)) == 0o1777


def test_what_is_made_meanwhile_is_closed(tmp_path: Path) -> None:
    with made_private():
        (tmp_path / "closed").touch()
    (tmp_path / "open").touch()
    assert (mode(tmp_path / "closed"), mode(tmp_path / "open")) == (0o600, 0o666)


def test_the_first_start_closes_its_folder_with_all_it_makes_there(tmp_path: Path) -> None:
    """With the database open, so that what SQLite writes beside it is seen too."""
    folder = tmp_path / "var"
    folder.mkdir(mode=0o755)
    (folder / "taizhang.sqlite3").touch(0o644)
    script = """
import django; django.setup()
from pathlib import Path
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from commissions.runs import dispatch
from workbook.imports import dispatch as imports
from storage import jobs
default_storage.save("papers/x.jpg", ContentFile(b"x"))
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE x (y)")
    for module in (dispatch, imports):
        jobs.subprocess.Popen = lambda *args, **kwargs: None
        module.start_process(1)
    for path in sorted(Path(settings.DATA_DIR).rglob("*")):
        print(path.relative_to(settings.DATA_DIR), oct(path.stat().st_mode & 0o777))
"""
    unset = ("DATABASE_URL", "MEDIA_ROOT", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True,
        env=kept | {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"},
    )  # fmt: skip
    found = dict(line.rsplit(" ", 1) for line in told.stdout.splitlines())
    assert mode(folder) == 0o700
    wanted = {
        "secret_key", "field_key", "taizhang.sqlite3", "taizhang.sqlite3-wal", "taizhang.sqlite3-shm", "payroll.log",
        "imports.log", "files", "files/papers", "files/papers/x.jpg",
    }  # fmt: skip
    assert set(found) == wanted
    for name, what in found.items():
        assert what == ("0o700" if name in ("files", "files/papers") else "0o600"), name
