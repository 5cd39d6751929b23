"""A person's night on one page: a wrong tap is taken back, a time stated, an absence from the post approved."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from attendance.models import OffPost, Punch
from rulebook.calendar import CalendarMonth
from tests.house import House
from tests.nights import DAY, at, employee_of, floor_manager, opened, user_of
from tests.pages.looking import at as address_of, signed_in, text_of, tree
from tests.pages.sending import form_to
from venues.models import Month


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    opened(kept_house)
    Punch.objects.create(employee=employee_of(kept_house, "A"), business_day=DAY, arrived_at=at(0))
    return kept_house


def post(house: House, number: str = "A", **data: Any) -> Any:
    with time_machine.travel(at(120), tick=False):
        address = address_of(house, "tonight_person", employee_of(house, number).pk)
        return signed_in(floor_manager(house), "en").post(address, {"reason": "wrong tap", **data}, follow=True)


def test_a_punch_by_a_wrong_tap_is_taken_back_with_its_reason(night: House) -> None:
    page = post(night, what="undo", side="arrival")
    assert "Entered for 员工A" in text_of(page)
    assert not Punch.objects.exists()
    assert Punch.history.latest("history_id").history_change_reason == "wrong tap"


def test_a_time_is_stated_and_a_side_vouched_for(night: House) -> None:
    post(night, what="punch", side="arrival", at="20:10")
    assert Punch.objects.get().arrived_at == at(10)
    post(night, what="vouch", side="departure")
    assert Punch.objects.get().departure_approver == "floor"


def test_a_time_off_post_is_approved_or_given_its_return(night: House) -> None:
    away = OffPost.objects.create(employee=employee_of(night, "A"), business_day=DAY, left_at=at(60))
    post(night, what="back", pk=away.pk, at="21:15")
    post(night, what="approve", pk=away.pk)
    away.refresh_from_db()
    assert (away.returned_at, away.approver) == (at(75), "floor")


@pytest.mark.parametrize(
    "data",
    [
        {"what": "fly"}, {"what": "punch", "side": "arrival"}, {"what": "punch", "side": "arrival", "at": "23:59"},
        {"what": "undo", "side": "departure"}, {"what": "undo", "side": "arrival", "reason": " "},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_changes_nothing(night: House, data: dict[str, str]) -> None:
    page = post(night, **data)
    assert tree(page).xpath("//div[contains(@class, 'error')]")
    assert Punch.objects.get().arrived_at == at(0)


def test_another_persons_time_off_post_and_another_venues_person_are_not_there(night: House, tmp_path: Any) -> None:
    away = OffPost.objects.create(employee=employee_of(night, "B"), business_day=DAY, left_at=at(60))
    assert post(night, what="approve", pk=away.pk).status_code == 404
    other = opened(House(tmp_path, "other"), "XYZ")
    with time_machine.travel(at(120), tick=False):
        client = signed_in(floor_manager(night))
        assert client.get(address_of(night, "tonight_person", employee_of(other, "X").pk)).status_code == 404


def test_ones_own_night_has_no_forms(night: House) -> None:
    night.venue.employees.filter(number="A").update(user=floor_manager(night))
    with time_machine.travel(at(120), tick=False):
        page = signed_in(floor_manager(night)).get(address_of(night, "tonight_person", employee_of(night, "A").pk))
    assert not tree(page).xpath("//main//form")
    assert tree(post(night, what="undo", side="arrival")).xpath("//div[contains(@class, 'error')]")
    assert Punch.objects.exists()


def test_the_board_leads_to_it(night: House) -> None:
    with time_machine.travel(at(120), tick=False):
        page = signed_in(floor_manager(night)).get(address_of(night, "tonight"))
    wanted = address_of(night, "tonight_person", employee_of(night, "A").pk)
    assert wanted in tree(page).xpath("//section[contains(@class, 'board-people')]//a/@href")
    assert user_of(night, "A")


def test_a_past_day_is_told_as_one_and_leads_back_to_its_month(night: House) -> None:
    person = employee_of(night, "A").pk
    with time_machine.travel(at(120), tick=False):
        client = signed_in(floor_manager(night), "en")
        tonight, past = (
            client.get(address_of(night, name, person, *day))
            for name, day in (("tonight_person", ()), ("person_day", (DAY - timedelta(days=2),)))
        )
    assert "Not off post tonight." in text_of(tonight)
    assert "Not off post on this day." in text_of(past)
    back = tree(past).xpath("//a[contains(@class, 'back')]/@href")
    assert back == [f"{address_of(night, 'person', person)}?month={CalendarMonth.of(DAY)}"]
    assert tree(tonight).xpath("//a[contains(@class, 'back')]/@href") == [address_of(night, "tonight")]


@pytest.mark.parametrize(("state", "way"), [("locked", "Only the owner reopens it"), ("paid", "a later month")])
def test_a_night_of_a_locked_month_says_so_and_has_no_forms(night: House, state: str, way: str) -> None:
    Month.objects.update_or_create(venue=night.venue, first_day=CalendarMonth.of(DAY).first, defaults={"state": state})
    with time_machine.travel(at(120), tick=False):
        page = signed_in(floor_manager(night), "en").get(
            address_of(night, "person_day", employee_of(night, "A").pk, DAY)
        )
    assert way in text_of(page, "//main")
    assert not tree(page).xpath("//main//form")


@pytest.mark.parametrize(("name", "what"), [("tonight_person", "vouch"), ("close_night", "vouch")])
def test_a_page_left_open_over_noon_asks_before_it_acts_on_another_business_day(
    night: House, name: str, what: str
) -> None:
    """Both addresses say «tonight»: of neither night anything is recorded, but they are two."""
    person = employee_of(night, "B")
    Punch.objects.create(employee=person, business_day=DAY, departure_approver="王经理")
    arguments = (person.pk,) if name == "tonight_person" else ()
    path, client = address_of(night, name, *arguments), signed_in(floor_manager(night), "en")
    typed = {"what": what, "side": "arrival", "reason": "sent to the bank"}
    typed |= {} if arguments else {"pk": str(person.pk)}
    with time_machine.travel(at(120), tick=False):
        form = form_to(client.get(path), path, typed)
    assert form is not None
    with time_machine.travel(at(16 * 60 + 5), tick=False):
        asked = client.post(path, form.values | typed)
    assert asked.status_code == 409
    assert "Business day" in text_of(asked, "//*[@data-question]")
    assert not Punch.objects.filter(business_day=DAY + timedelta(days=1)).exists()


def test_a_tap_on_last_nights_board_punches_nobody_tonight(night: House) -> None:
    path, client = address_of(night, "tonight"), signed_in(floor_manager(night), "en")
    with time_machine.travel(at(120), tick=False):
        board = tree(client.get(path))
    shown = {"seen": board.xpath("//section[contains(@class, 'board-people')]//input[@name='seen']/@value")[0]}
    act = {"act": f"arrive:{employee_of(night, 'B').pk}"}
    with time_machine.travel(at(24 * 60), tick=False):
        told = client.post(address_of(night, "tonight_punch"), shown | act, follow=True)
    assert "Tonight was changed since you opened it." in text_of(told)
    assert not Punch.objects.filter(employee=employee_of(night, "B")).exists()
    with time_machine.travel(at(121), tick=False):
        client.post(address_of(night, "tonight_punch"), shown | act)
    assert Punch.objects.filter(employee=employee_of(night, "B")).exists()
