"""Walking from page to page: every kind of link that somebody meets is followed, every kind of form is noted."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, ResolverMatch, resolve
from lxml import html

LINKS = "//a/@href | //area/@href | //*/@hx-get | //img/@src | //iframe/@src | //link[@rel='manifest']/@href"
FIELDS = ".//input | .//select | .//textarea | .//button"
HOST = "http://testserver"
STATIC = "/static/"


@dataclass(frozen=True)
class Broken:
    """A link that answers with an error, and the page that renders it."""

    who: str
    status: int
    source: str
    address: str


@dataclass
class Form:
    """A form as a page renders it: its fields with what they hold, which of them are typed into, its buttons."""

    who: str
    address: str
    fields: dict[str, str]
    typed: frozenset[str]
    files: frozenset[str]
    buttons: tuple[tuple[str, str], ...] = ()
    page: str = ""


@dataclass
class Walk:
    """What was met on the way; what one person followed, the next need not where it is no question of rights."""

    broken: list[Broken] = field(default_factory=list)
    forms: dict[Any, Form] = field(default_factory=dict)
    asked: dict[str, tuple[str, str, set[str]]] = field(default_factory=dict)
    """By page: who may open it, at which path, with which names in its query."""
    followed: int = 0
    _files: set[Any] = field(default_factory=set)
    _links: set[Any] = field(default_factory=set)
    _values: set[Any] = field(default_factory=set)

    def through(self, client: Client, who: str, role: str, *begin: str) -> None:
        """Follow each kind of link, and each value in a query, once.

        A kind of link is the page that renders it and the page it leads to, for each role at each venue; what a value
        in a query says (a filter, an order) is the same for all who may open the page. Of the administration, and of
        what answers with a file, each is opened once.
        """
        queue, met = deque((address, "") for address in begin), set()
        while queue:
            address, source = queue.popleft()
            if address in met or not (self._is_new(role, source, address) or not source):
                self._learn(address)
                continue
            met.add(address)
            self.followed += 1
            page = client.get(address, headers={"referer": HOST + source} if source else {})
            if page.status_code >= 400:
                self.broken.append(Broken(who, page.status_code, source, address))
                continue
            self._note(who, address)
            if page.status_code in (301, 302):
                queue.append((urljoin(address, page["Location"]), source))
            elif not page.get("Content-Type", "").startswith("text/html"):
                self._files.add(kind_of(address))
                deque(page, maxlen=0)  # a file that is read to its end is closed
            elif page.content.strip():
                tree = html.fromstring(page.content.decode())
                queue.extend((link, address) for link in links_on(tree, address))
                self._note_forms(who, role, tree, address)

    def _is_new(self, role: str, source: str, address: str) -> bool:
        """Whether this kind of link, or a value in its query, was not followed yet."""
        page, query = kind_of(address), parse_qsl(urlsplit(address).query, keep_blank_values=True)
        code = match.kwargs.get("code") if (match := match_of(address)) else None
        link = (role, code, "" if is_admin(page) else kind_of(source)[:1], page)
        values = {(page, name, re.sub(r"\d+", "0", value)) for name, value in query}
        if is_admin(page) or page in self._files:
            values = set()
        if link in self._links and values <= self._values:
            return False
        self._links.add(link)
        self._values |= values
        return True

    def _note(self, who: str, address: str) -> None:
        """Keep who may open a page, and what is asked for in its query."""
        self.asked.setdefault(str(kind_of(address)), (who, urlsplit(address).path, set()))
        self._learn(address)

    def _learn(self, address: str) -> None:
        """Add the names of a query to what is asked of a page that somebody may open."""
        names = {name for name, _value in parse_qsl(urlsplit(address).query, keep_blank_values=True)}
        if names and (page := self.asked.get(str(kind_of(address)))) is not None:
            page[2].update(names)

    def _note_forms(self, who: str, role: str, tree: Any, address: str) -> None:
        for element in tree.xpath("//form | //*[@hx-post][not(self::form)]"):
            form = form_of(who, tree, element, address)
            if (element.get("method") or "get").lower() == "get" and not element.get("hx-post"):
                self._note(who, form.address + "?" + "&".join(f"{name}=" for name in form.fields))
            else:
                self.forms.setdefault((kind_of(form.address), frozenset(form.fields)), form)


def links_on(tree: Any, address: str) -> Iterator[str]:
    """The addresses of this house that a page leads to."""
    for link in tree.xpath(LINKS):
        parts = urlsplit(urljoin(HOST + address, link))
        if f"{parts.scheme}://{parts.netloc}" == HOST and not parts.path.startswith(STATIC):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def form_of(who: str, tree: Any, element: Any, address: str) -> Form:
    """A form with all its fields, those outside of it that name it too."""
    found = element.xpath(FIELDS)
    if element.get("id"):
        found += tree.xpath("//*[@form=$id]", id=element.get("id"))
    fields, typed, files, buttons = {}, set(), set(), []
    for one in found:
        name, kind = one.get("name"), one.get("type", "text" if one.tag == "input" else one.tag)
        if not name or name == "csrfmiddlewaretoken":
            continue
        if kind == "file":
            files.add(name)
            continue
        fields.setdefault(name, held_by(one))
        if one.tag == "button":
            buttons.append((name, held_by(one)))
        if one.tag == "textarea" or (one.tag == "input" and kind not in ("hidden", "radio", "checkbox", "submit")):
            typed.add(name)
    action = element.get("hx-post") or element.get("action") or address
    parts = urlsplit(urljoin(HOST + address, action))
    return Form(who, parts.path, fields, frozenset(typed), frozenset(files), tuple(buttons), address)


def held_by(field: Any) -> str:
    """What a field holds; of a list, what is chosen or comes first."""
    if field.tag == "select":
        chosen = field.xpath(".//option[@selected]/@value") or field.xpath(".//option/@value")
        return str(chosen[0]) if chosen else ""
    return str(field.text or "") if field.tag == "textarea" else str(field.get("value", ""))


def match_of(address: str) -> ResolverMatch | None:
    return _match_at(urlsplit(address).path)


@lru_cache(maxsize=10_000)
def _match_at(path: str) -> ResolverMatch | None:
    """Each path is met by the hundred, and leads to the same page each time."""
    try:
        return resolve(path)
    except Resolver404:
        return None


@lru_cache(maxsize=10_000)
def kind_of(address: str) -> tuple[Any, ...]:
    """The page that an address names: the records, months and days in it are any."""
    match = match_of(address) if address else None
    if match is None:
        return (re.sub(r"\d+", "0", urlsplit(address).path),)
    said = (str(value) for name, value in match.kwargs.items() if name != "code")
    return (match.view_name, *(value for value in said if not re.search(r"\d", value)))


def is_admin(page: tuple[Any, ...]) -> bool:
    return str(page[0]).startswith("admin:")
