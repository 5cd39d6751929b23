"""Files and folders that nobody but the application's own user reads."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private_folder(path: Path) -> Path:
    """Make a folder, or close one that is there, for everybody else; one that is meant to be shared is left alone."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.stat().st_mode & stat.S_ISVTX:
        _close(path)
    return path


def private_file(path: Path) -> Path:
    """Make an empty file, or close one that is there, for everybody else."""
    if not path.exists():
        path.touch(mode=0o600)
    _close(path)
    return path


@contextmanager
def made_private() -> Iterator[None]:
    """Whatever this process makes meanwhile is closed for everybody else."""
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def _close(path: Path) -> None:
    found = path.stat()
    if found.st_mode & _OTHERS and found.st_uid == os.geteuid():  # another's is theirs to see to
        path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
