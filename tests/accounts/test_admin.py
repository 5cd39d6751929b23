"""The administration: what is only looked at there, and which accounts it deletes."""

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import get_resolver, reverse
from simple_history.admin import SimpleHistoryAdmin

from accounts.models import User
from accounts.permissions import Role
from accounts.selectors import has_history
from commissions.models import Bonus
from rulebook.calendar import CalendarMonth
from tests.house import House
from tests.workbooks import person
from venues.admin import PastAdmin, ReadOnlyAdmin
from venues.models import Membership, Month
from venues.services import grant_role

WRITTEN = {
    "account.EmailAddress", "accounts.User", "mfa.Authenticator", "usersessions.UserSession",
    "venues.CalendarDay", "venues.Membership", "venues.Venue",
}  # fmt: skip
"""What the administration writes; everything else is written by services."""


@pytest.fixture
def boss(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create(username="admin", is_staff=True, is_superuser=True))
    return client


def options_by_label() -> dict[str, Any]:
    return {model._meta.label: options for model, options in admin.site._registry.items()}


def addresses(options: Any) -> list[str]:
    """Every address of a model's administration, for a row that may or may not be there."""
    prefix = reverse(f"admin:{options.opts.app_label}_{options.opts.model_name}_changelist")
    parts = [str(pattern.pattern) for pattern in options.get_urls()]
    for written, given in (("([^/]+)", "1"), ("<path:object_id>", "1"), ("^", ""), ("$", "")):
        parts = [part.replace(written, given) for part in parts]
    return [prefix + part for part in parts]


def test_what_the_administration_does_not_write_is_read_only() -> None:
    found = options_by_label()
    assert {label for label, options in found.items() if not isinstance(options, ReadOnlyAdmin)} == WRITTEN


def test_no_address_of_a_read_only_administration_takes_a_post(boss: Client) -> None:
    for label, options in options_by_label().items():
        for address in addresses(options) if label not in WRITTEN else ():
            assert get_resolver().resolve(address), address
            assert boss.post(address, {"post": "yes"}).status_code == 405, (label, address)


@pytest.mark.parametrize("day", [{"year": "9" * 19}, {"year": "9999"}, {"year": "9999", "month": "12", "day": "31"}])
def test_a_day_that_no_calendar_has_filters_no_list(boss: Client, day: dict[str, str]) -> None:
    dated = [options for options in options_by_label().values() if options.date_hierarchy]
    assert len(dated) > 10
    for options in dated:
        sent = {f"{options.date_hierarchy}__{part}": number for part, number in day.items()}
        page = reverse(f"admin:{options.opts.app_label}_{options.opts.model_name}_changelist")
        assert boss.get(page, sent).status_code == 302, (page, day)


def test_what_was_is_written_back_in_no_administration(boss: Client) -> None:
    for label, options in options_by_label().items():
        if isinstance(options, SimpleHistoryAdmin):
            assert isinstance(options, PastAdmin), label
            name = f"admin:{options.opts.app_label}_{options.opts.model_name}_simple_history"
            assert boss.post(reverse(name, args=["1", "1"]), {"name": "x"}).status_code == 405, label


def test_a_bonus_of_a_paid_month_is_not_changed_by_its_history(boss: Client, house: House) -> None:
    house.bring({"员工": [person()]})
    bonus = Bonus.objects.create(employee=house.venue.employees.get(), month=date(2026, 9, 1), reason="x", amount=5)
    month, _made = Month.objects.get_or_create(
        venue=house.venue, first_day=CalendarMonth.parse("2026-09").first, defaults={"state": "paid"}
    )
    for row, values in ((bonus, {"amount": "5000", "reason": "y", "month": "2026-09-01"}), (month, {"state": "open"})):
        past = type(row).history.filter(id=row.pk).latest()
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_simple_history"
        boss.post(
            reverse(name, args=[row.pk, past.pk]), {"employee": bonus.employee_id, "venue": house.venue.pk} | values
        )
        row.refresh_from_db()
    assert (bonus.amount, month.state) == (5, "paid")


def test_an_account_with_a_history_is_switched_off_and_not_deleted(boss: Client, house: House) -> None:
    """Whichever row tells of it: its own, what it did to others, or what it once was."""
    house.bring({"员工": [person()]})
    employee = house.venue.employees.get()
    did, was, signed, new = (User.objects.create(username=name) for name in ("did", "was", "signed", "new"))
    bonus = Bonus(employee=employee, month=date(2026, 9, 1), reason="x", amount=5)
    bonus._history_user = did  # type: ignore[attr-defined]
    bonus.save()
    grant_role(venue=house.venue, user=was, role=Role.HOST)
    Membership.objects.filter(user=was).delete()
    Client().force_login(signed)
    for user in (did, was, signed):
        assert has_history(user), user
        page = boss.get(reverse("admin:accounts_user_change", args=[user.pk]))
        assert "/delete/" not in page.content.decode()
        assert boss.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"}).status_code == 403
    boss.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "delete_selected", "_selected_action": [did.pk, new.pk], "post": "yes"},
    )
    assert User.objects.filter(pk__in=[did.pk, was.pk, signed.pk, new.pk]).count() == 4
    assert not has_history(new)
    assert boss.post(reverse("admin:accounts_user_delete", args=[new.pk]), {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=new.pk).exists()
