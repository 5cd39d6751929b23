"""Every page, for whoever sees it: its links lead somewhere, and nonsense in its forms and addresses is refused.

Where changes are tested before they land (``CI``), all of it; else one venue, and of the nonsense every third, another
third from form to form.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

import commissions.dispatch
import workbook.dispatch
from tests.house import House
from tests.pages.oddities import ODD, WRITTEN
from tests.pages.walking import Walk, match_of
from tests.pages.whole_house import EVERYBODY, WHO, as_user, whole

STEP = 1 if os.environ.get("CI") else 3
WALKING = EVERYBODY if os.environ.get("CI") else WHO
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("refusals_once")]


@pytest.fixture(scope="module")
def walk(kept_house: House) -> Iterator[Walk]:
    """Everybody's way through both venues, from the beginning on; they stand while the tests last."""
    found = Walk()
    with whole(kept_house, is_shown=WALKING is EVERYBODY):
        for who, role in WALKING.items():
            begin = ("/", "/?all", "/admin/") if role == "administrator" else ("/", "/?all")
            found.through(as_user(who), who, role, *begin)
        yield found


def some(odd: Sequence[Any], turn: int) -> Sequence[Any]:
    """The odd values whose turn it is."""
    return odd[turn % STEP :: STEP]


@contextmanager
def nothing_stays(client: Client) -> Iterator[None]:
    """What an answer writes is taken back, and whoever was signed out is signed in again."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


@pytest.fixture
def clients(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> dict[str, Client]:
    """Everybody signed in; no process is started for what they begin."""
    for module in (commissions.dispatch, workbook.dispatch):
        monkeypatch.setattr(module, "start_process", lambda key: None)
    return {who: as_user(who) for who in WALKING}


def test_no_link_that_a_page_renders_is_broken(walk: Walk) -> None:
    assert walk.followed > 500
    assert not walk.broken, "\n".join(map(str, walk.broken))


def test_no_form_breaks_whatever_is_put_into_its_fields(walk: Walk, clients: dict[str, Client]) -> None:
    """Into all fields at once; and where something is written, into that alone, the others as the page holds them."""
    assert len(walk.forms) > 60
    broken = []
    for turn, form in enumerate(walk.forms.values()):
        tries = [(odd, frozenset(form.fields)) for odd in some(ODD, turn)]
        if form.typed and form.typed < set(form.fields):
            tries += [(odd, form.typed) for odd in some(WRITTEN, turn)]
        for odd, fields in tries:
            sent: dict[str, Any] = {name: odd if name in fields else held for name, held in form.fields.items()}
            sent |= {name: SimpleUploadedFile(f"odd{odd[:20]}.jpg", odd.encode()) for name in form.files}
            with nothing_stays(clients[form.who]):
                status = clients[form.who].post(form.address, sent).status_code
            if status >= 500:
                broken.append((form.who, form.address, odd[:20], sorted(fields)))
    assert not broken, "\n".join(map(str, broken))


def test_no_address_breaks_whatever_is_put_into_its_query(walk: Walk, clients: dict[str, Client]) -> None:
    """Into each name at once, each time another value; ``next`` and what lists ask for too."""
    broken = []
    for place, (who, path, names) in enumerate(walk.asked.values()):
        for turn in some(range(len(ODD)), place) if names else (place,):
            asked = sorted(names | {"next", "page", "q", "o", "p"})
            query = {name: ODD[(turn + shift) % len(ODD)] for shift, name in enumerate(asked)}
            with nothing_stays(clients[who]):
                status = clients[who].get(path, query).status_code
            if status >= 500:
                broken.append((who, path, query))
    assert not broken, "\n".join(str(one)[:500] for one in broken)


def test_no_address_breaks_whatever_is_put_into_a_part_of_it(walk: Walk, clients: dict[str, Client]) -> None:
    broken, asked = [], set()
    for turn, (who, path, _names) in enumerate(walk.asked.values()):
        parts = path.strip("/").split("/")
        for place in range(len(parts)):
            for odd in some(ODD, turn):
                address = "/" + "/".join((*parts[:place], quote(odd, safe=""), *parts[place + 1 :])) + "/"
                if (who, address) in asked or match_of(unquote(address)) is None:  # no page of ours sees it
                    continue
                asked.add((who, address))
                with nothing_stays(clients[who]):
                    status = clients[who].get(address).status_code
                if status >= 500:
                    broken.append((who, address[:200]))
    assert len(asked) > 100
    assert not broken, "\n".join(map(str, broken))
