"""Every page, for whoever sees it: its links lead somewhere, and nonsense in its forms and addresses is refused.

Where changes are tested before they land (``CI``), all of it; else one venue, and of the nonsense every third, another
third from form to form.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from lxml import html

import commissions.runs.dispatch
import workbook.imports.dispatch
from accounts.urls import urlpatterns
from staff.models import Employee
from tests.accounts.test_permissions import ADDRESSES, READ_ONLY
from tests.browser.serving import CODE
from tests.house import House
from tests.pages.oddities import ODD, WRITTEN, nothing_stays, some
from tests.pages.walking import Walk, match_of
from tests.pages.whole_house import EVERYBODY, WHO, as_user, whole
from venues.errors import ReasonMissing

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


@pytest.fixture
def clients(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> dict[str, Client]:
    """Everybody signed in; no process is started for what they begin."""
    for module in (commissions.runs.dispatch, workbook.imports.dispatch):
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


REASONS = ("reason", "vouch_reason", "words")
"""What the fields are called in which somebody says why."""


OTHERWISE = {"at": "23:00", "settle-amount": "1", "amount": "1", "name": "另一个"}
"""What is typed into other fields, so that a reason is asked for."""
NEEDLESS = {"request_new", "door_no_show", "user_roles", "user_leave", "import_confirm"}
"""Forms in which a reason may be given, and is missed by none as they stand on the page."""
MISSED = "//main//*[@name=$name][@aria-invalid='true'][@aria-describedby=//ul[contains(@class, 'errorlist')]/@id]"


def at_field(page: Any, name: str, words: str) -> bool:
    """Whether a page says these words at the field of this name, or has them ready to be taken there by its script."""
    found = html.fromstring(page.content.decode())
    for field in found.xpath("//main//*[@name=$name][@aria-invalid='true']", name=name):
        said = found.xpath("//*[@id=$id]", id=field.get("aria-describedby", "").split()[-1])
        if said and words in said[0].text_content():
            return True
    notices = found.xpath("//*[@data-at=$name]", name=name)
    return any(words in one.text_content() for one in notices) and bool(
        found.xpath("//main//*[@name=$name][not(@type='hidden')]", name=name)
    )


def test_a_reason_that_is_missing_is_told_at_its_field(
    walk: Walk, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every form in which somebody says why, by each of its buttons, with nothing but a blank in that field."""
    told: list[str] = []
    begin = ReasonMissing.__init__

    def note(refusal: ReasonMissing, message: Any, field: str = "reason") -> None:
        told.append(str(message))
        begin(refusal, message, field)

    monkeypatch.setattr(ReasonMissing, "__init__", note)
    wrong, asked, silent = [], set(), set()
    somebody = Employee.objects.get(venue__code=CODE, number="091")
    for form in walk.forms.values():
        name = next((name for name in sorted(form.typed) if name.rpartition("-")[2] in REASONS), "")
        if not name or form.address.startswith("/admin/"):
            continue
        pressed = {button for button, _value in form.buttons}
        for button in form.buttons or (("", ""),):
            sent = {key: held for key, held in form.fields.items() if key not in pressed and key != "usual"}
            sent |= {name: " "} | {key: given for key, given in OTHERWISE.items() if key in form.typed}
            if form.fields.get("employee") == "":
                sent["employee"] = somebody.pk
            told.clear()
            with nothing_stays(clients[form.who]):
                page = clients[form.who].post(
                    form.address,
                    sent | dict([button]),
                    follow=True,
                    headers={"referer": f"http://testserver{form.page}"},
                )
            required = html.fromstring(page.content.decode()).xpath(MISSED, name=name)
            kind = match_of(form.address).view_name
            (asked if told or required else silent).add(kind)
            if told and not at_field(page, name, told[-1]):
                wrong.append((form.who, form.address, button[0], told[-1]))
    assert not wrong, "\n".join(map(str, wrong))
    assert silent - asked <= NEEDLESS, sorted(silent - asked)
    assert len(asked) >= 15, sorted(asked)


def keys_met(walk: Walk) -> dict[str, list[Any]]:
    """What stood in the addresses that somebody met, by the name it has there."""
    found: dict[str, list[Any]] = {}
    for address in (
        *(path for _who, path, _names in walk.asked.values()),
        *(one.address for one in walk.forms.values()),
    ):
        match = match_of(address)
        for name, value in match.kwargs.items() if match else ():
            if value not in (known := found.setdefault(name, [])):
                known.append(value)
    return found


def addresses_of(name: str, met: dict[str, list[Any]]) -> Iterator[str]:
    """Where a page may be that nobody met: its address with whatever stood in others, some of each."""
    shapes = [names for _pattern, names in get_resolver().reverse_dict.getlist(name)[0][0]]
    for names in shapes:
        values = [met.get(one, ["1"]) for one in names]
        for turn in range(max((len(found) for found in values), default=1)):
            with suppress(NoReverseMatch):
                yield reverse(
                    name, kwargs={one: found[turn % len(found)] for one, found in zip(names, values, strict=True)}
                )


def test_no_address_that_nobody_met_breaks_either(walk: Walk, clients: dict[str, Client]) -> None:
    """What is there in another state of things alone, or for who knows the address: all that any form asks for."""
    matches = [match_of(path) for _who, path, _names in walk.asked.values()]
    asked = {match.view_name for match in matches if match}
    sent = {match.view_name for form in walk.forms.values() if (match := match_of(form.address))}
    met, fields = keys_met(walk), sorted({name for form in walk.forms.values() for name in form.fields})
    broken, shut = [], []
    signing_in = {pattern.name for pattern in urlpatterns}  # tests/accounts/test_second_factor.py
    others = {name: posts for name, (_arguments, _gets, posts) in ADDRESSES.items() if name not in signing_in}
    for turn, (name, posts) in enumerate(sorted(others.items())):
        for method, is_met in (("get", name in asked), ("post", name in sent or posts == READ_ONLY)):
            found = None if is_met else opened(clients, method, list(addresses_of(name, met)))
            if found is None:
                shut += [(method, name)] * (not is_met)
                continue
            client, address = found
            for odd in some(ODD, turn):
                with nothing_stays(client):
                    status = getattr(client, method)(address, dict.fromkeys(fields, odd)).status_code
                if status >= 500:
                    broken.append((method, address, odd[:20]))
    assert not broken, "\n".join(map(str, broken))
    assert shut == []


def opened(clients: dict[str, Client], method: str, addresses: Sequence[str]) -> tuple[Client, str] | None:
    """Who may open one of some addresses of a page, and which: those of others are not there."""
    for client in clients.values():
        for address in addresses:
            with nothing_stays(client):
                status = getattr(client, method)(address).status_code
            if status not in (403, 404):
                return client, address
            if status == 403:
                break
    return None


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
