"""What people, programs and attackers put into fields and addresses where something else is meant."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.test import Client

STEP = 1 if os.environ.get("CI") else 3

ODD = (
    "",
    "0",
    "-1",
    "1e400",
    "NaN",
    str(2**63),
    "9" * 5000,
    "abc",
    "a\0b",
    "²",
    "\u200b\u202e",
    "😀" * 300,
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "25:61",
    "a\r\nSet-Cookie: x=1",
    "'\"<script>&amp;{{x}}%s%(x)s",
    "//evil.example\\@/",
    "http://[",
    "door",
)
"""Nothing, numbers too small, too large and none, characters no database keeps, days and times that are none, code."""
WRITTEN = ("9" * 5000, "a\0b", "\u200b\u202e", "😀" * 300, "a\r\nSet-Cookie: x=1", "'\"<script>&amp;{{x}}%s%(x)s")
"""Those of them that somebody might write where words are asked for."""


def some(odd: Sequence[Any], turn: int) -> Sequence[Any]:
    """The odd values whose turn it is: where changes are tested before they land (``CI``) all of them."""
    return odd[turn % STEP :: STEP]


@contextmanager
def nothing_stays(client: Client) -> Iterator[None]:
    """What an answer writes is taken back, and whoever was signed out is signed in again."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies
