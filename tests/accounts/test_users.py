"""Who signs in at a venue: made, given roles, linked, signed out by its owner, and by nobody else."""

import re
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.devices import device_of
from accounts.models import AccountEvent, User
from accounts.permissions import Role
from staff.models import Employee
from staff.users.services import change_roles, clear_lock, give_new_password, link_employee, make_user, sign_out
from storage.waiting import without_waiting
from tests.house import House
from tests.pages.looking import as_role, at, signed_in, somebody, text_of, tree
from tests.workbooks import person
from venues.errors import Refused
from venues.memberships import set_roles
from venues.models import Membership
from venues.services import grant_role

WORD = "correct horse 1"
OTHER = "another horse 2"


@pytest.fixture(scope="module")
def open_house(kept_house: House) -> House:
    kept_house.bring({"员工": [person(), person("B")]})
    return kept_house


@pytest.fixture
def boss(open_house: House) -> Client:
    return as_role(open_house, Role.OWNER)


@pytest.fixture
def anna(open_house: House) -> User:
    """An account manager with a password."""
    return worker(open_house, Role.ACCOUNT_MANAGER, "anna")


def worker(house: House, role: Role, name: str) -> User:
    user = somebody(house, role, name)
    user.set_password(WORD)
    user.save()
    return user


def sign_in(name: str, password: str = WORD, **more: Any) -> Client | None:
    """A browser of somebody; none where the sign-in is refused."""
    client = Client(**more)
    client.post(reverse("account_login"), {"login": name, "password": password})
    return client if is_in(client) else None


def is_in(client: Client) -> bool:
    return client.get(reverse("mfa_index")).status_code == 200


def roles_of(name: str, house: House) -> set[str]:
    return set(Membership.objects.filter(user__username=name, venue=house.venue).values_list("role", flat=True))


def link_on(page: Any) -> str:
    (found,) = tree(page).xpath("//input[contains(@class, 'user-link')]/@value")
    return re.sub(r"^https?://[^/]+", "", found)


def set_password(link: str, password: str = OTHER, client: Client | None = None) -> Any:
    """Open a link, and set a password there."""
    client = client or Client()
    page = client.get(link, follow=True)
    if not page.redirect_chain:
        return page
    return client.post(page.redirect_chain[-1][0], {"password1": password, "password2": password})


def another_house(tmp_path: Path) -> House:
    other = House(tmp_path, "other")
    other.bring({"员工": [person("X")]})
    return other


# --- made -------------------------------------------------------------------------------------------------
def make(boss: Client, house: House, **more: Any) -> Any:
    given = {"username": "bella", "name": "贝拉", "roles": ["account_manager"]} | more
    return boss.post(at(house, "user_new"), given)


def test_a_user_is_made_with_roles_and_staff_number_and_sets_the_password_alone(
    boss: Client, open_house: House
) -> None:
    employee = Employee.objects.get(number="B")
    page = make(boss, open_house, employee=str(employee.pk), roles=["account_manager", "host"])
    link = link_on(page)
    user = User.objects.get(username="bella")
    assert not user.has_usable_password()
    assert roles_of("bella", open_house) == {"account_manager", "host"}
    employee.refresh_from_db()
    assert employee.user == user
    assert set_password(link)["Location"] == reverse("account_login")
    assert sign_in("bella", OTHER)


def test_a_link_is_good_for_one_use(boss: Client, open_house: House) -> None:
    link = link_on(make(boss, open_house))
    set_password(link)
    page = Client().get(link, follow=True)
    assert page.status_code == 200
    assert not tree(page).xpath("//input[@type='password']")
    set_password(link, "a third horse 3")
    assert not sign_in("bella", "a third horse 3")


def test_a_newer_link_ends_the_older(boss: Client, open_house: House) -> None:
    first = link_on(make(boss, open_house))
    second = link_on(boss.post(at(open_house, "user_password", User.objects.get(username="bella").pk)))
    set_password(first)
    assert not sign_in("bella", OTHER)
    set_password(second)
    assert sign_in("bella", OTHER)


def test_a_link_ends_after_three_days(boss: Client, open_house: House, settings: Any) -> None:
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert set_password(link_on(make(boss, open_house))).status_code == 200
    assert not sign_in("bella", OTHER)


def test_a_link_of_somebody_else_is_not_made_up(boss: Client, open_house: House, anna: User) -> None:
    link = link_on(make(boss, open_house))
    key = link.rstrip("/").partition("-")[2].partition("-")[2]
    stolen = link_on(boss.post(at(open_house, "user_password", anna.pk))).rpartition("-")[0].rpartition("-")[0]
    set_password(f"{stolen}-{key}/")
    assert not sign_in("anna", OTHER)


def test_a_weak_password_is_refused_at_the_link(boss: Client, open_house: House) -> None:
    page = set_password(link_on(make(boss, open_house)), "12345678")
    assert page.status_code == 200
    assert tree(page).xpath("//*[@aria-invalid='true']")


def test_the_link_is_shown_once_and_kept_nowhere(boss: Client, open_house: House) -> None:
    page = make(boss, open_house)
    key = link_on(page).rstrip("/").rpartition("-")[2]
    assert "no-store" in page["Cache-Control"]
    user = User.objects.get(username="bella")
    shown = boss.get(at(open_house, "user", user.pk)).content.decode()
    assert key not in shown
    assert "argon2" not in shown
    assert user.password not in shown
    assert {field.name for field in AccountEvent._meta.get_fields()} == {"id", "user", "kind", "by", "at"}


@pytest.mark.parametrize("name", ["anna", "ANNA", "an na", "", "x" * 151])
def test_a_user_name_taken_or_wrong_is_refused(boss: Client, open_house: House, anna: User, name: str) -> None:
    before = User.objects.count()
    page = make(boss, open_house, username=name)
    assert page.status_code == 422
    assert tree(page).xpath("//ul[contains(@class, 'errorlist')]")
    assert User.objects.count() == before


def test_a_user_without_a_role_is_not_made(boss: Client, open_house: House) -> None:
    assert make(boss, open_house, roles=[]).status_code == 422
    assert not User.objects.filter(username="bella").exists()
    with pytest.raises(Refused):
        make_user(
            venue=open_house.venue, username="c", name="C", roles=[], employee=None,
            by=User.objects.get(username="owner"), now=timezone.now(),
        )  # fmt: skip


def test_a_role_that_does_not_exist_is_not_given(boss: Client, open_house: House) -> None:
    assert make(boss, open_house, roles=["emperor"]).status_code == 422
    assert make(boss, open_house, username="d", is_superuser="1", is_staff="1").status_code == 200
    assert not User.objects.filter(is_superuser=True).exists()


# --- roles ------------------------------------------------------------------------------------------------
def give(boss: Client, house: House, user: User, *roles: str) -> Any:
    return boss.post(at(house, "user_roles", user.pk), {"roles": list(roles), "reason": "调岗"}, follow=True)


def test_roles_are_given_and_taken_with_a_trace(boss: Client, open_house: House, anna: User) -> None:
    give(boss, open_house, anna, "host", "floor_manager")
    assert roles_of("anna", open_house) == {"host", "floor_manager"}
    rows = Membership.history.filter(user=anna, history_user__username="owner")
    assert {(row.role, row.history_type, row.history_change_reason) for row in rows} == {
        ("account_manager", "-", "调岗"),
        ("host", "+", "调岗"),
        ("floor_manager", "+", "调岗"),
    }
    words = text_of(boss.get(at(open_house, "user", anna.pk)), "//ul[contains(@class, 'changes')]")
    assert "调岗" in words
    assert "owner" in words


def test_the_same_roles_again_leave_no_trace(boss: Client, open_house: House, anna: User) -> None:
    before = Membership.history.count()
    give(boss, open_house, anna, "account_manager")
    assert Membership.history.count() == before


def test_nobody_changes_their_own_roles(boss: Client, open_house: House) -> None:
    owner = User.objects.get(username="owner")
    give(boss, open_house, owner, "owner", "hr")
    boss.post(at(open_house, "user_leave", owner.pk))
    assert roles_of("owner", open_house) == {"owner"}
    page = boss.get(at(open_house, "user", owner.pk))
    assert not tree(page).xpath("//main//form")


def test_the_last_owner_stays(open_house: House) -> None:
    one, two = somebody(open_house, Role.OWNER, "one"), somebody(open_house, Role.OWNER, "two")
    change_roles(venue=open_house.venue, user=two, roles=[Role.HR], by=one)
    with pytest.raises(Refused):
        change_roles(venue=open_house.venue, user=one, roles=[], by=two)
    assert roles_of("one", open_house) == {"owner"}


def test_an_owner_who_can_not_sign_in_does_not_count(open_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = somebody(open_house, Role.OWNER, "one"), somebody(open_house, Role.OWNER, "two")
    User.objects.filter(pk=one.pk).update(is_active=False)
    with pytest.raises(Refused):
        set_roles(venue=open_house.venue, user=two, roles=[], by=User.objects.get(pk=one.pk))
    monkeypatch.setattr("venues.memberships.require", lambda *given: None)
    with pytest.raises(Refused):
        set_roles(venue=open_house.venue, user=two, roles=[], by=one)
    assert roles_of("two", open_house) == {"owner"}


def test_who_is_taken_all_roles_opens_nothing_and_can_be_given_some_again(
    boss: Client, open_house: House, anna: User
) -> None:
    hers = signed_in(anna)
    assert hers.get(at(open_house, "messages")).status_code == 200
    boss.post(at(open_house, "user_leave", anna.pk), {"reason": "离职"})
    assert hers.get(at(open_house, "messages")).status_code == 404
    assert "anna" not in text_of(boss.get(at(open_house, "users")), "//main/div/ul")
    assert "anna" in text_of(boss.get(at(open_house, "users") + "?left"), "//main/div/ul")
    assert User.objects.get(username="anna").is_active
    give(boss, open_house, anna, "host")
    assert roles_of("anna", open_house) == {"host"}


def test_taking_all_roles_leaves_those_at_other_venues(
    boss: Client, open_house: House, anna: User, tmp_path: Path
) -> None:
    other = another_house(tmp_path)
    grant_role(venue=other.venue, user=anna, role=Role.HR)
    boss.post(at(open_house, "user_leave", anna.pk))
    assert roles_of("anna", open_house) == set()
    assert roles_of("anna", other) == {"hr"}


def test_no_role_at_all_is_given_by_the_page_of_leaving_alone(boss: Client, open_house: House, anna: User) -> None:
    give(boss, open_house, anna)
    assert roles_of("anna", open_house) == {"account_manager"}


# --- who may not ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.HOST, Role.FLOOR_MANAGER, Role.HR])
def test_nobody_but_an_owner_gives_roles(open_house: House, anna: User, role: Role) -> None:
    client, other = as_role(open_house, role), somebody(open_house, Role.HOST, "other")
    for name, args in (
        ("user_roles", [other.pk]), ("user_leave", [other.pk]), ("user_password", [other.pk]),
        ("user_sessions", [other.pk]), ("user_link", [other.pk]), ("user_new", []), ("user_unlock", [other.pk]),
    ):  # fmt: skip
        answer = client.post(at(open_house, name, *args), {"roles": ["owner"], "username": "x", "name": "x"})
        assert answer.status_code == 403, name
    by = User.objects.get(username=role.value)
    for act in (
        lambda: change_roles(venue=open_house.venue, user=other, roles=[Role.OWNER], by=by),
        lambda: give_new_password(venue=open_house.venue, user=other, by=by, now=timezone.now()),
        lambda: sign_out(venue=open_house.venue, user=other, by=by, now=timezone.now()),
        lambda: clear_lock(venue=open_house.venue, user=other, by=by, now=timezone.now()),
        lambda: link_employee(venue=open_house.venue, user=other, employee=Employee.objects.all()[0], by=by),
    ):
        with pytest.raises(Refused):
            act()
    assert roles_of("other", open_house) == {"host"}
    assert not User.objects.filter(username="x").exists()


def test_an_owner_of_another_venue_reaches_nobody_here(open_house: House, anna: User, tmp_path: Path) -> None:
    other = another_house(tmp_path)
    theirs = signed_in(somebody(other, Role.OWNER, "their owner"))
    for name in ("user_roles", "user_leave", "user_password", "user_sessions", "user_link", "user_unlock"):
        assert theirs.post(at(other, name, anna.pk), {"roles": ["owner"]}).status_code == 404, name
        assert theirs.post(at(open_house, name, anna.pk), {"roles": ["owner"]}).status_code == 404, name
    for pk in (anna.pk, 2**63, 10**30):
        assert theirs.get(at(other, "user", pk)).status_code == 404
    assert "anna" not in text_of(theirs.get(at(other, "users")))


# --- staff numbers ----------------------------------------------------------------------------------------
def test_a_staff_number_is_linked_and_taken_away_with_a_trace(boss: Client, open_house: House, anna: User) -> None:
    employee = Employee.objects.get(number="A")
    boss.post(at(open_house, "user_link", anna.pk), {"employee": employee.pk})
    employee.refresh_from_db()
    assert employee.user == anna
    boss.post(at(open_house, "user_unlink", anna.pk, employee.pk))
    employee.refresh_from_db()
    assert employee.user is None
    words = text_of(boss.get(at(open_house, "user", anna.pk)), "//ul[contains(@class, 'changes')]")
    assert words.count("A 员工A") == 2


def test_a_staff_number_that_is_anothers_is_not_taken(boss: Client, open_house: House, anna: User) -> None:
    employee = Employee.objects.get(number="A")
    other = somebody(open_house, Role.ACCOUNT_MANAGER, "other")
    Employee.objects.filter(pk=employee.pk).update(user=other)
    boss.post(at(open_house, "user_link", anna.pk), {"employee": employee.pk})
    with pytest.raises(Refused):
        link_employee(venue=open_house.venue, user=anna, employee=employee, by=User.objects.get(username="owner"))
    assert boss.post(at(open_house, "user_unlink", anna.pk, employee.pk)).status_code == 404
    employee.refresh_from_db()
    assert employee.user == other


def test_a_staff_number_of_another_venue_is_not_linked(
    boss: Client, open_house: House, anna: User, tmp_path: Path
) -> None:
    foreign = another_house(tmp_path).venue.employees.get()
    boss.post(at(open_house, "user_link", anna.pk), {"employee": foreign.pk})
    foreign.refresh_from_db()
    assert foreign.user is None


def test_an_owner_does_not_link_a_staff_number_to_themselves(boss: Client, open_house: House) -> None:
    owner = User.objects.get(username="owner")
    boss.post(at(open_house, "user_link", owner.pk), {"employee": Employee.objects.get(number="A").pk})
    assert not Employee.objects.exclude(user=None).exists()


# --- password and sessions --------------------------------------------------------------------------------
def test_a_new_password_ends_the_old_one_and_every_session(boss: Client, open_house: House, anna: User) -> None:
    hers = sign_in("anna")
    assert hers
    page = boss.post(at(open_house, "user_password", anna.pk))
    assert not is_in(hers)
    assert not sign_in("anna")
    set_password(link_on(page))
    assert sign_in("anna", OTHER)
    assert AccountEvent.objects.get(user=anna).kind == "link"


def test_looking_at_the_page_of_a_new_password_ends_nothing(boss: Client, open_house: House, anna: User) -> None:
    assert boss.get(at(open_house, "user_password", anna.pk)).status_code == 200
    assert sign_in("anna")


def test_a_new_password_does_not_go_round_the_second_step(boss: Client, open_house: House, anna: User) -> None:
    Authenticator.objects.create(user=anna, type=Authenticator.Type.TOTP, data={"secret": "x"})
    set_password(link_on(boss.post(at(open_house, "user_password", anna.pk))))
    assert not sign_in("anna", OTHER)


@pytest.mark.parametrize("reach", ["role elsewhere", "employed elsewhere", "staff of the site", "superuser", "self"])
def test_an_account_that_reaches_further_is_not_taken_over(
    boss: Client, open_house: House, anna: User, tmp_path: Path, reach: str
) -> None:
    user = anna
    if reach == "role elsewhere":
        grant_role(venue=another_house(tmp_path).venue, user=anna, role=Role.HOST)
    elif reach == "employed elsewhere":
        another_house(tmp_path).venue.employees.update(user=anna)
    elif reach == "staff of the site":
        User.objects.filter(pk=anna.pk).update(is_staff=True)
    elif reach == "superuser":
        User.objects.filter(pk=anna.pk).update(is_superuser=True)
    else:
        user = worker(open_house, Role.OWNER, "owner")
        boss.force_login(user)
    theirs = sign_in(user.username)
    assert theirs
    for name in ("user_password", "user_sessions"):
        assert boss.get(at(open_house, name, user.pk)).status_code == 302, name
        page = boss.post(at(open_house, name, user.pk), follow=True)
        assert not tree(page).xpath("//input[contains(@class, 'user-link')]")
        assert text_of(page, "//div[contains(@class, 'notice')]")
    assert is_in(theirs)
    assert sign_in(user.username)
    assert not AccountEvent.objects.exists()


def test_who_has_no_role_here_any_more_keeps_the_account(boss: Client, open_house: House, anna: User) -> None:
    boss.post(at(open_house, "user_leave", anna.pk))
    boss.post(at(open_house, "user_password", anna.pk))
    assert sign_in("anna")


def test_sessions_are_shown_with_device_and_address_and_ended_one_by_one(
    boss: Client, open_house: House, anna: User
) -> None:
    phone = sign_in(
        "anna", headers={"user-agent": "Mozilla/5.0 (iPhone) Version/17 Safari/604"}, REMOTE_ADDR="10.0.0.7"
    )
    desk = sign_in("anna", headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537"})
    assert phone
    assert desk
    page = boss.get(at(open_house, "user_sessions", anna.pk))
    words = text_of(page, "//main")
    assert "Safari · iPhone" in words
    assert "10.0.0.7" in words
    assert "Chrome · Windows" in words
    one = UserSession.objects.get(ip="10.0.0.7")
    boss.post(at(open_house, "user_sessions", anna.pk), {"session": one.pk})
    answer = phone.get(at(open_house, "messages"))
    assert answer["Location"].startswith(reverse("account_login")), "the next tap leads to the sign-in"
    assert is_in(desk)
    boss.post(at(open_house, "user_sessions", anna.pk))
    assert not is_in(desk)
    assert AccountEvent.objects.filter(kind="sessions").count() == 2


def test_a_session_of_somebody_else_is_not_ended_by_its_number(boss: Client, open_house: House, anna: User) -> None:
    other = worker(open_house, Role.HOST, "other")
    theirs = sign_in("other")
    assert theirs
    session = UserSession.objects.get(user=other)
    boss.post(at(open_house, "user_sessions", anna.pk), {"session": session.pk})
    boss.post(at(open_house, "user_sessions", anna.pk), {"session": "x"})
    assert is_in(theirs)
    mine = sign_in("anna")
    assert mine
    mine.post(reverse("usersessions_list"), {"session": session.pk})
    assert is_in(theirs)


def test_ones_own_sessions_are_seen_and_ended_under_security(anna: User) -> None:
    here, lost, third = sign_in("anna"), sign_in("anna", REMOTE_ADDR="10.0.0.8"), sign_in("anna")
    assert here
    assert lost
    assert third
    assert "10.0.0.8" in text_of(here.get(reverse("usersessions_list")))
    here.post(reverse("usersessions_list"), {"session": UserSession.objects.get(ip="10.0.0.8").pk})
    assert not is_in(lost)
    assert is_in(third)
    here.post(reverse("usersessions_list"))
    assert not is_in(third)
    assert is_in(here)


def test_a_session_that_a_new_password_ended_is_not_shown_as_live(boss: Client, open_house: House, anna: User) -> None:
    assert sign_in("anna")
    anna.set_password(OTHER)
    anna.save()
    page = boss.get(at(open_house, "user_sessions", anna.pk))
    assert not tree(page).xpath("//main//button[@name='session']")


def test_the_use_of_a_session_is_noted_once_in_a_while(anna: User, settings: Any) -> None:
    settings.SESSION_USE_SECONDS = 300
    client = sign_in("anna")
    assert client
    is_in(client)
    UserSession.objects.update(last_seen_at="2020-01-01T00:00Z")
    is_in(client)
    assert UserSession.objects.get().last_seen_at.year == 2020, "it was noted just now"
    from_elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    from_elsewhere.force_login(anna)
    is_in(from_elsewhere)
    assert UserSession.objects.get(ip="10.0.0.9").last_seen_at.year > 2020


@pytest.mark.django_db(transaction=True)
def test_a_write_that_would_wait_is_given_up_and_the_next_one_waits_again() -> None:
    with without_waiting():
        User.objects.create(username="x")
    User.objects.create(username="y")
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Linux; Android 13) Chrome/116 MicroMessenger/8.0", "WeChat · Android"),
        ("Mozilla/5.0 (Macintosh; Intel) Version/17 Safari/605", "Safari · Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120", "Edge · Windows"),
        ("curl/8", "curl/8"),
        ("", "?"),
    ],
)
def test_a_device_is_named_in_two_words(agent: str, device: str) -> None:
    assert device_of(agent) == device


# --- the list ---------------------------------------------------------------------------------------------
def test_the_list_says_who_signs_in_how(boss: Client, open_house: House, anna: User) -> None:
    Employee.objects.filter(number="A").update(user=anna)
    Authenticator.objects.create(user=anna, type=Authenticator.Type.TOTP, data={})
    for _ in range(8):
        Client().post(reverse("account_login"), {"login": "anna", "password": "wrong"})
    row = text_of(boss.get(at(open_house, "users") + "?q=ANN"), "//main//li")
    for word in ("anna", "营销经理", "A", "从未登录", "两步验证", "已锁定"):
        assert word in row, word


@pytest.mark.parametrize("asked", ["贝", "елк", "ЕЛК", "B"])
def test_people_are_found_by_name_user_name_and_staff_number(boss: Client, open_house: House, asked: str) -> None:
    make(boss, open_house, username="Елка", employee=str(Employee.objects.get(number="B").pk))
    found = tree(boss.get(at(open_house, "users"), {"q": asked})).xpath("//main//li//strong/text()")
    assert found == ["贝拉"]


def test_the_pages_ask_as_often_for_many_as_for_few(
    boss: Client, open_house: House, anna: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        somebody(open_house, Role.HOST, f"host-{number}")
    boss.get(at(open_house, "users"))
    with django_assert_max_num_queries(12):
        boss.get(at(open_house, "users"))
    with django_assert_max_num_queries(15):
        boss.get(at(open_house, "user", anna.pk))
