"""New fines are told once a day after the night's work, to whom they are of."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.permissions import Role
from commissions.runs.nightly import NEW_FINES_DAYS
from inbox.models import Message
from rulebook.calendar import DAY, days_between
from tests.commissions.test_nightly import night_of, noon, worked_through
from tests.house import House
from tests.pages.looking import signed_in, somebody, text_of
from tests.workbooks import person, punch
from violations.models import Penalty

THIRD = date(2026, 9, 3)


@pytest.fixture(scope="module")
def house(kept_house: House) -> House:
    """A is late on the 3rd and was away too long, B absent on the 3rd, C at work; each with a user."""
    days = [day for day in days_between(date(2026, 9, 1), date(2026, 9, 20)) if day != THIRD]
    kept_house.bring({
        "员工": [person(number) for number in "ABCD"],
        "打卡": [
            *(punch(day, number) for number in "ABCD" for day in days),
            punch(THIRD, "A", 上班="20:12"), punch(THIRD, "C"),
        ],
        "离岗": [{"工号": "A", "营业日": THIRD, "离开": "21:00", "返回": "21:25"}],
    })  # fmt: skip
    for number in "ABC":
        user = somebody(kept_house, Role.ACCOUNT_MANAGER, f"user-{number}")
        kept_house.venue.employees.filter(number=number).update(user=user)
    return kept_house


def told() -> list[tuple[str, str]]:
    with translation.override("en"):
        rows = Message.objects.select_related("user").order_by("user__username", "key")
        return [(message.user.username, str(message)) for message in rows]


def test_each_person_gets_one_message_with_the_number_and_the_sum(house: House) -> None:
    worked_through(house, THIRD - DAY)
    assert night_of(house, noon(THIRD + DAY)).told == 2
    assert told() == [
        ("user-A", "3 Sep 2026: 2 fines, −¥100.00"),
        ("user-B", "3 Sep 2026: a fine, −¥200.00"),
    ]


def test_it_leads_to_the_fines_of_that_day(house: House) -> None:
    worked_through(house, THIRD - DAY)
    night_of(house, noon(THIRD + DAY))
    message = Message.objects.get(user__username="user-A")
    assert message.path == reverse("own_fines", args=["main"]) + "?month=2026-09#d2026-09-03"
    page = signed_in(message.user, "en").get(message.path)
    assert page.status_code == 200
    assert b'id="d2026-09-03"' in page.content
    assert "12 minutes late" in text_of(page, "//main")


def test_nothing_new_tells_nobody_and_twice_is_once(house: House) -> None:
    worked_through(house, THIRD - DAY)
    for minute in (5, 20):
        night_of(house, noon(THIRD + DAY, minute))
        worked_through(house, THIRD - DAY)  # as if it had been lost half-way
    night_of(house, noon(THIRD + 2 * DAY))
    assert len(told()) == 2


def test_a_waived_fine_one_of_nothing_and_somebody_without_a_user_are_not_told_of(house: House) -> None:
    Penalty.objects.filter(employee__number="B").update(
        state="waived", waived_by=User.objects.create(username="owner"), waived_at=house.now, waiver_reason="x"
    )
    house.bring({"违规": [{"违规号": "V1", "工号": "C", "营业日": THIRD, "条款": "5.C"}]})
    worked_through(house, THIRD - DAY)
    night_of(house, noon(THIRD + DAY))
    assert [name for name, _text in told()] == ["user-A"]


def test_who_can_no_longer_sign_in_is_not_told(house: House) -> None:
    User.objects.filter(username="user-A").update(is_active=False)
    worked_through(house, THIRD - DAY)
    night_of(house, noon(THIRD + DAY))
    assert [name for name, _text in told()] == ["user-B"]


def test_nights_made_up_for_are_told_of_a_week_back_and_an_import_of_old_months_of_nothing(house: House) -> None:
    assert told() == []  # the import itself brought the ledger in step
    worked_through(house, date(2026, 8, 1))
    night_of(house, noon(THIRD + NEW_FINES_DAYS * DAY))
    assert [text for name, text in told() if "3 Sep" in text and name == "user-A"]
    Message.objects.all().delete()
    worked_through(house, date(2026, 8, 1))
    night_of(house, noon(THIRD + (NEW_FINES_DAYS + 1) * DAY) + timedelta(minutes=1))
    assert [text for _name, text in told() if "3 Sep" in text] == []
