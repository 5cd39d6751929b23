"""Databases of the bench's own: made, copied while nobody is in them, dropped."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


class Databases(Protocol):
    """Where databases of one kind are made; each is known by its address, as DATABASE_URL takes it.

    A new one is empty, or a copy of the ``template``, whose tables are made.
    """

    template: str | None

    def new(self) -> str: ...

    def copy(self, address: str) -> str: ...

    def drop(self, address: str) -> None: ...


class Sqlite:
    """Files of a folder."""

    def __init__(self, folder: Path, template: str | None = None) -> None:
        self.folder, self.template = folder, template

    def new(self) -> str:
        return self.copy(self.template) if self.template else self._address()

    def _address(self) -> str:
        return f"sqlite:///{self.folder / uuid.uuid4().hex}.sqlite3"

    def copy(self, address: str) -> str:
        made = self._address()
        shutil.copyfile(_file(address), _file(made))
        return made

    def drop(self, address: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{_file(address)}{suffix}").unlink(missing_ok=True)


def _file(address: str) -> Path:
    return Path(address.removeprefix("sqlite:///"))


class Postgres:
    """Databases of a server; the address is that of one that is there already."""

    def __init__(self, server: psycopg.Connection, address: str, template: str | None = None) -> None:
        self.server, self.address, self.template = server, address, template

    def new(self) -> str:
        return self.copy(self.template) if self.template else self._make(sql.SQL(""))

    def copy(self, address: str) -> str:
        return self._make(sql.SQL("TEMPLATE {}").format(_name(address)))

    def _make(self, template: sql.Composable) -> str:
        made = urlsplit(self.address)._replace(path=f"/taizhang_bench_{uuid.uuid4().hex[:12]}").geturl()
        self.server.execute(sql.SQL("CREATE DATABASE {} {}").format(_name(made), template))
        with suppress(psycopg.errors.InsufficientPrivilege):
            self.server.execute("CHECKPOINT")  # else whoever comes next pays for the writing of what was copied
        return made

    def drop(self, address: str) -> None:
        self.server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_name(address)))


def _name(address: str) -> sql.Identifier:
    return sql.Identifier(urlsplit(address).path.removeprefix("/"))


@contextmanager
def copied(databases: Databases, address: str) -> Iterator[str]:
    """A copy of a database, dropped afterwards."""
    made = databases.copy(address)
    try:
        yield made
    finally:
        databases.drop(made)
