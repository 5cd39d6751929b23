"""Looking at pages in tests: signed in as somebody, read as text and as tables."""

import re
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from accounts.models import User
from accounts.permissions import Role
from pages.formats import MINUS
from tests.house import House
from tests.pages.sending import Browser
from venues.services import grant_role


def somebody(house: House, role: Role | None, name: str = "") -> User:
    """A user, in this role at the house's venue."""
    user = User.objects.get_or_create(username=name or str(role), defaults={"name": name})[0]
    if role is not None:
        grant_role(venue=house.venue, user=user, role=role)
    return user


def signed_in(user: User | None, language: str = "zh-hans") -> Client:
    """Somebody's browser, in a session as signing in leaves it; what else signing in does is not the subject."""
    client = Browser(headers={"accept-language": language})
    if user is not None:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        User.objects.filter(pk=user.pk, last_login=None).update(last_login=timezone.now())
        client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


def as_role(house: House, role: Role, language: str = "zh-hans") -> Client:
    return signed_in(somebody(house, role), language)


def owning(house: House, number: str, language: str = "zh-hans") -> Client:
    """Signed in as the account manager with this staff number."""
    user = somebody(house, Role.ACCOUNT_MANAGER, f"user-{number}")
    house.venue.employees.filter(number=number).update(user=user)
    return signed_in(user, language)


def at(house: House, name: str, *args: Any) -> str:
    """The address of a page of the house's venue."""
    return reverse(name, args=[house.code, *args])


def payslip_at(house: House, month: str, number: str) -> str:
    return at(house, "payslip", month, house.venue.employees.get(number=number).pk)


def tree(page: Any) -> Any:
    return html.fromstring(page.content.decode())


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def text_of(page: Any, path: str = "//body") -> str:
    """The text of a page, or of the part of it that a path names; without what it would say if something failed."""
    whole = tree(page)
    for unsaid in whole.xpath("//template[@id='failures' or @id='not-saved']"):
        unsaid.drop_tree()
    return squeezed(" ".join(" ".join(found.itertext()) for found in whole.xpath(path)))


def amount(text: str) -> Decimal:
    return Decimal(squeezed(text).replace(MINUS, "-").replace(",", "").replace("¥", ""))


def people_on(page: Any) -> list[str]:
    """The staff numbers of the table of payslips, in order."""
    rows = tree(page).xpath("//tbody[@class='slip']/tr/th//small")
    return [squeezed(row.text or "") for row in rows]


def figures_on(page: Any) -> dict[str, list[Decimal]]:
    """The figures of the table of payslips by staff number, the sums under «sum», without the change and the answer."""
    found = {}
    for row in tree(page).xpath("//tbody[@class='slip']/tr"):
        number = squeezed(row.xpath("./th//small")[0].text or "")
        found[number] = [amount("".join(cell.itertext())) for cell in row.xpath("./td")[:-2]]
    for row in tree(page).xpath("//tfoot/tr"):
        cells = ["".join(cell.itertext()) for cell in row.xpath("./td")[:-2]]
        found["sum"] = [amount(cell) if cell.strip() else Decimal(0) for cell in cells]
    return found
