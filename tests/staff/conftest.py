"""A house in which HR keeps the files of A and B; October is locked where a test asks for it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import Role
from staff.models import Employee
from tests.house import House
from tests.pages.looking import somebody
from tests.workbooks import booking, person, punch

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
SECRET, ACCOUNT = "110101199003090012", "6222000000000000012"


@pytest.fixture
def staffed(house: House, settings: Any, tmp_path: Any) -> House:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    house.bring(
        {
            "员工": [person(身份证号=SECRET, 银行卡号=ACCOUNT, 开户行="工商银行", 押金=500), person("B")],
            "打卡": [punch(date(2026, 10, 5)), punch(date(2026, 11, 10))],
            "订台": [booking("K1", date(2026, 11, 12))],
        }
    )
    return house


@pytest.fixture
def hr(staffed: House) -> User:
    return somebody(staffed, Role.HR, "hr")


def of(house: House, number: str) -> Employee:
    return Employee.objects.select_related("venue", "user").get(venue=house.venue, number=number)
