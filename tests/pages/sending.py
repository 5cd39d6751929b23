"""Sending forms in tests as a browser does: with what the page that shows them put into their hidden fields."""

from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.urls import Resolver404, resolve, reverse
from lxml import html

SHOWN_ON = {
    "booking_change": "booking_change",
    "booking_cancel": "booking_cancel",
    "booking_tab": "booking_tab",
    "booking_settle": "booking_settle",
    "door_correct": "door_correct",
    "door_move": "door_move",
    "door_no_show": "door_no_show",
    "door_reinstate": "door_reinstate",
    "table": "table",
    "table_retire": "table_retire",
    "fixture": "fixture",
    "fixture_remove": "fixture",
    "comp_item": "comp_item",
    "venue_settings": "venue_settings",
    "event_day": "event_day",
    "public_day": "public_day",
    "tonight_person": "tonight_person",
    "person_day": "person_day",
    "close_night": "close_night",
    "close_night_of": "close_night_of",
    "person_file": "person_file",
    "person_leave": "person_leave",
    "person_stay": "person_stay",
    "user_roles": "user",
    "user_leave": "user_leave",
    "ledger_waive": "ledger_fine",
    "ledger_restore": "ledger_fine",
    "violation_withdraw": "violation_withdraw",
    "payroll_amount_remove": "payroll_amount_remove",
    "payroll_lock": "payroll_lock",
    "payroll_reopen": "payroll_reopen",
    "payroll_paid": "payroll_paid",
    "payroll_accounts": "payroll_paid",
    "payroll_send": "payroll_month",
    "roster_copy": "roster_copy",
    "policy_version": "policy_version",
    "policy_try": "policy_try",
    "policy_remove": "policy_remove",
}
"""Every address that takes a form of what is stored, by the page that shows the form."""
SIGNED_ON = {
    "payroll_accounts": "payroll_paid",
    "payroll_lock": "payroll_lock",
    "payroll_send": "payroll_month",
    "roster_copy": "roster_copy",
}
"""Those whose form brings back a sign of what was made of many rows, by the page that shows it."""


class Form:
    """A form of a page, as it would be sent untouched."""

    def __init__(self, element: Any) -> None:
        self.element = element
        self.action = element.get("action") or ""

    @property
    def hidden(self) -> dict[str, str]:
        inputs = self.element.xpath(".//input[@type='hidden'][@name != 'csrfmiddlewaretoken']")
        return {one.get("name"): one.get("value") or "" for one in inputs}

    @property
    def values(self) -> dict[str, Any]:
        """What it holds by name: hidden and typed, chosen and ticked; no button."""
        found: dict[str, Any] = self.hidden
        for one in self.element.xpath(".//input[not(@type='hidden')] | .//textarea"):
            name, kind = one.get("name"), one.get("type")
            if not name or kind in ("submit", "file"):
                continue
            if kind in ("checkbox", "radio"):
                if one.get("checked") is not None:
                    found[name] = [*found.get(name, []), one.get("value")] if kind == "checkbox" else one.get("value")
            else:
                found[name] = one.text or "" if one.tag == "textarea" else one.get("value") or ""
        for one in self.element.xpath(".//select[@name]"):
            chosen = one.xpath("./option[@selected]/@value") or one.xpath("./option[1]/@value")
            found[one.get("name")] = chosen[0] if chosen else ""
        return found


def forms_on(page: Any) -> list[Form]:
    """The forms of a page that are posted."""
    return [Form(one) for one in html.fromstring(page.content.decode()).xpath("//main//form[@method='post']")]


def _is_pressed_in(form: Form, data: Mapping[str, Any]) -> bool:
    """Whether one of the form's named buttons is what was sent."""
    buttons = form.element.xpath(".//button[@name]")
    return any(str(data.get(one.get("name"))) == one.get("value") for one in buttons)


def form_to(page: Any, path: str, data: Mapping[str, Any]) -> Form | None:
    """The form of a page that is posted to a path, whose hidden fields and pressed button agree with what is sent."""
    found = forms_on(page)
    for form in [form for form in found if _is_pressed_in(form, data)] or found:
        named = {name: value for name, value in form.hidden.items() if value and name in data}
        if form.action in ("", path) and all(str(data[name]) == value for name, value in named.items()):
            return form
    return None


def what_was_shown(client: Client, path: str, data: Mapping[str, Any]) -> dict[str, str]:
    """The seals that the page with the form of a path would send along with this; nothing where it shows none."""
    try:
        found = resolve(path.partition("?")[0])
    except Resolver404:
        return {}
    pages = SHOWN_ON | SIGNED_ON
    if found.url_name not in pages:
        return {}
    query = path.partition("?")[2]
    where = reverse(pages[found.url_name], kwargs=found.kwargs) + (f"?{query}" if query else "")
    page = client.get(where)
    form = form_to(page, path, data) if page.status_code == 200 else None
    return {name: value for name, value in form.hidden.items() if _is_sign(name)} if form else {}


def _is_sign(name: str) -> bool:
    return name.endswith("seen") or name == "shown"


class Browser(Client):
    """A client that sends a form as its page shows it, unless a test says what was shown."""

    def post(self, path: str, data: Any = None, *args: Any, **options: Any) -> Any:  # type: ignore[override]
        if data is None or (isinstance(data, dict) and not any(map(_is_sign, data))):
            data = {**what_was_shown(self, path, data or {}), **(data or {})}
        return super().post(path, data, *args, **options)
