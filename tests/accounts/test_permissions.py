"""Who may do what: the one table, and every address with every role."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from accounts.models import User
from accounts.permissions import CAPABILITIES, Capability, Role, capabilities_of
from tests.conftest import EXAMPLES
from tests.house import House
from tests.workbooks import person
from venues.selectors import may, memberships_of
from venues.services import grant_role

EVERYONE = ("nobody", *Role)
# address → (anonymous, signed in with any role or none, administrator)
ADDRESSES = {
    "home": (302, 200, 200),
    "account_login": (200, 302, 302),
    "account_logout": (302, 200, 200),
    "admin:index": (302, 302, 200),
    "admin:staff_employee_changelist": (302, 302, 200),
    "admin:commissions_payslip_changelist": (302, 302, 200),
    "admin:venues_policyversion_changelist": (302, 302, 200),
}


@pytest.fixture
def house_with_people(house: House) -> House:
    house.bring({"员工": [person()]})
    for role in Role:
        grant_role(venue=house.venue, user=User.objects.create(username=role.value, name=role.value), role=role)
    User.objects.create(username="nobody")
    User.objects.create(username="admin", is_staff=True, is_superuser=True)
    return house


def test_every_capability_is_held_by_somebody_and_every_role_can_do_something() -> None:
    assert set(CAPABILITIES) == set(Capability)
    assert all(CAPABILITIES.values())
    assert all(capabilities_of(frozenset({role})) for role in Role)


def test_an_account_manager_and_a_host_see_nobody_elses_pay() -> None:
    for role in (Role.ACCOUNT_MANAGER, Role.HOST, Role.FLOOR_MANAGER):
        assert Capability.SEE_ALL_PAY not in capabilities_of(frozenset({role}))


def test_only_the_owner_signs_reopens_and_sets_the_policy() -> None:
    for capability in (Capability.SIGN_DISCOUNTS, Capability.REOPEN_MONTH, Capability.SET_POLICY):
        assert CAPABILITIES[capability] == {Role.OWNER}


def test_who_signs_a_discount_does_not_confirm_it() -> None:
    assert not CAPABILITIES[Capability.SIGN_DISCOUNTS] & CAPABILITIES[Capability.CONFIRM_DISCOUNTS]


def test_a_role_counts_at_its_own_venue_alone(house_with_people: House, tmp_path: Any) -> None:
    other = House(tmp_path, "other")
    other.bring({"员工": [person()]})
    hr = User.objects.get(username="hr")
    assert may(hr, Capability.RUN_PAYROLL, house_with_people.venue)
    assert not may(hr, Capability.RUN_PAYROLL, other.venue)
    assert [row.role for row in memberships_of(hr)] == ["hr"]


def test_someone_who_left_can_do_nothing(house_with_people: House) -> None:
    hr = User.objects.get(username="hr")
    hr.is_active = False
    assert not may(hr, Capability.RUN_PAYROLL, house_with_people.venue)


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_address_answers_each_role_as_the_table_says(house_with_people: House, name: str) -> None:
    anonymous, signed_in, administrator = ADDRESSES[name]
    assert Client().get(reverse(name)).status_code == anonymous
    for username in EVERYONE:
        client = Client()
        client.force_login(User.objects.get(username=username))
        assert client.get(reverse(name)).status_code == signed_in, username
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    assert client.get(reverse(name)).status_code == administrator


def test_no_address_is_missing_from_the_table() -> None:
    named = {pattern.name for pattern in get_resolver().url_patterns if getattr(pattern, "name", None)}
    assert named <= set(ADDRESSES)


class TestSignIn:
    @pytest.fixture(autouse=True)
    def somebody(self, house_with_people: House) -> None:
        user = User.objects.get(username="hr")
        user.set_password("correct horse 1")
        user.save()

    def sign_in(self, client: Client, password: str) -> Any:
        return client.post(reverse("account_login"), {"login": "hr", "password": password})

    def test_the_right_password_leads_home_which_says_who_one_is(self) -> None:
        client = Client()
        assert self.sign_in(client, "correct horse 1").status_code == 302
        page = client.get(reverse("home"))
        assert "main" in page.content.decode()

    def test_a_wrong_password_says_so_and_keeps_the_name(self) -> None:
        page = self.sign_in(Client(), "wrong")
        assert page.status_code == 200
        assert 'value="hr"' in page.content.decode()

    def test_after_eight_wrong_ones_the_name_is_locked_from_that_address(self) -> None:
        client = Client()
        for _ in range(8):
            page = self.sign_in(client, "wrong")
        assert page.status_code in (403, 429)
        assert self.sign_in(client, "correct horse 1").status_code in (403, 429)
        elsewhere = Client(REMOTE_ADDR="10.9.8.7")
        assert self.sign_in(elsewhere, "correct horse 1").status_code == 302

    def test_nobody_signs_up(self) -> None:
        assert Client().get("/sign-up/").status_code == 404
        assert Client().get("/signup/").status_code == 404

    def test_signing_out_needs_a_post(self) -> None:
        client = Client()
        self.sign_in(client, "correct horse 1")
        client.get(reverse("account_logout"))
        assert client.get(reverse("home")).status_code == 200
        client.post(reverse("account_logout"))
        assert client.get(reverse("home")).status_code == 302

    def test_pages_carry_a_strict_policy_and_load_nothing_from_elsewhere(self) -> None:
        page = Client().get(reverse("account_login"))
        policy = page["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        assert "https://" not in page.content.decode()

    @pytest.mark.parametrize(("language", "word"), [("zh-hans", "登录"), ("en", "Sign in")])
    def test_the_language_is_switched_in_the_header(self, language: str, word: str) -> None:
        client = Client()
        client.post(reverse("set_language"), {"language": language, "next": reverse("account_login")})
        assert word in client.get(reverse("account_login")).content.decode()

    def test_the_home_page_needs_a_constant_number_of_queries(self, django_assert_max_num_queries: Any) -> None:
        client = Client()
        client.force_login(User.objects.get(username="hr"))
        with django_assert_max_num_queries(5):
            client.get(reverse("home"))


@pytest.mark.parametrize("model", ["staff_employee", "bookings_booking", "violations_penalty", "venues_month"])
def test_facts_and_results_are_looked_at_in_the_admin_not_written(house_with_people: House, model: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    assert client.get(reverse(f"admin:{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:{model}_add")).status_code == 403


def test_every_admin_page_opens(house: House, django_assert_max_num_queries: Any) -> None:
    house.bring(EXAMPLES / "2026-09-situations.xlsx")
    house.run("2026-09")
    client = Client()
    client.force_login(User.objects.create(username="admin", is_staff=True, is_superuser=True))
    for model, options in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        with django_assert_max_num_queries(15):
            assert client.get(reverse(f"{name}_changelist")).status_code == 200, name
        row = options.get_queryset(RequestFactory().get("/")).first()
        if row is not None:
            for address in ("change", "history"):
                with django_assert_max_num_queries(25):
                    page = client.get(reverse(f"{name}_{address}", args=[row.pk]))
                assert page.status_code == 200, (name, address)


def test_the_admin_shows_no_id_or_bank_number(house: House) -> None:
    secret, account = "110101199003070012", "6222000000000000012"
    house.bring({"员工": [person(身份证号=secret, 银行卡号=account)]})
    client = Client()
    client.force_login(User.objects.create(username="admin", is_staff=True, is_superuser=True))
    employee = house.venue.employees.get()
    for address in ("change", "history"):
        page = client.get(reverse(f"admin:staff_employee_{address}", args=[employee.pk])).content.decode()
        assert secret not in page
        assert account not in page
        assert "gAAAA" not in page
