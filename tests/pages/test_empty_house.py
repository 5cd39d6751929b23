"""A house in which nothing was entered yet: every page of the night opens and says what to do."""

import pytest

from accounts.permissions import Role
from tests.house import House
from tests.pages.looking import as_role, at

PAGES = {
    Role.ACCOUNT_MANAGER: (
        "my_night", "book", "book_guests", "own_pay", "own_fines", "requests", "request_price", "messages",
    ),
    Role.HOST: ("door", "door_walk_in"),
    Role.FLOOR_MANAGER: (
        "tonight", "tonight_poll", "close_night", "door", "violations_tonight", "violation_new", "violation_checklist",
    ),
    Role.HR: ("people", "person_new", "access_log"),
}  # fmt: skip


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, names in PAGES.items() for name in names])
def test_it_opens(house: House, role: Role, name: str) -> None:
    house.bring({})
    assert as_role(house, role).get(at(house, name)).status_code == 200


@pytest.mark.parametrize("kind", ["leave", "rest", "swap", "dinner", "punch", "business"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_employed_is_told_so(house: House, kind: str, method: str) -> None:
    house.bring({})
    assert getattr(as_role(house, Role.ACCOUNT_MANAGER), method)(at(house, "request_new", kind)).status_code == 200


@pytest.mark.parametrize("name", ["book", "rest_give_up"])
def test_who_is_not_employed_writes_nothing(house: House, name: str) -> None:
    house.bring({})
    client = as_role(house, Role.ACCOUNT_MANAGER)
    page = client.post(at(house, name), {"table": "A1", "guest": "new", "guest_name": "林", "day": "2026-11-22"})
    assert page.status_code in (200, 302)


def test_nobody_can_be_seated_where_nobody_is_employed(house: House) -> None:
    house.bring({})
    page = as_role(house, Role.HOST).post(at(house, "door_walk_in"), {"table": "A1", "employee": "1"})
    assert page.status_code == 200
