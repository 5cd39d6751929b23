"""A comp is asked for within the rules and given by somebody else (3.1, 3.2)."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from bookings.booking.services.holds import cancel_booking
from bookings.booking.services.reassignments import reassign_booking
from bookings.models import Booking
from bookings.settlement.services import settle_booking, state_tab
from comps.models import Comp, CompRequest
from comps.selectors import allowance_for
from comps.services import CompRefused, ask_comp, decide_comp, withdraw_comp
from inbox.models import Message
from tests.house import House
from tests.nights import at, employee_of, floor_manager, held, item, opened, seated, settled, user_of
from venues.errors import MonthLocked, Refused
from venues.models import Month


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    return opened(kept_house)


def ask(
    house: House, booking: Booking, name: str = "花生", ground: str = "spend", who: str = "A", minute: int = 100
) -> CompRequest:
    return ask_comp(booking=booking, item=item(house, name), ground=ground, user=user_of(house, who), now=at(minute))


def give(house: House, asked: CompRequest, minute: int = 105, **more: Any) -> CompRequest:
    return decide_comp(asked=asked, user=floor_manager(house), approve=True, now=at(minute), **more)


class TestBySpend:
    def test_five_percent_of_the_tab_exactly_may_be_asked_for_and_one_fen_less_may_not(self, night: House) -> None:
        booking = seated(night, tab="560.00")
        assert ask(night, booking).amount == Decimal("28.00")
        other = seated(night, "B", "A2", tab="559.80")  # 27.99
        with pytest.raises(CompRefused) as refused:
            ask(night, other, who="B")
        assert refused.value.article == "3.1.A"
        assert "27.99" in str(refused.value)

    def test_a_table_without_a_tab_allows_nothing_by_spend(self, night: House) -> None:
        with pytest.raises(CompRefused):
            ask(night, seated(night))

    def test_what_is_asked_for_and_not_decided_uses_up_the_allowance(self, night: House) -> None:
        booking = seated(night, tab="600.00")  # 30
        asked = ask(night, booking)
        with pytest.raises(CompRefused):
            ask(night, booking)
        withdraw_comp(asked=asked, user=user_of(night, "A"))
        assert ask(night, booking).state == CompRequest.State.WAITING

    def test_a_tab_that_was_corrected_downwards_is_measured_again_before_giving(self, night: House) -> None:
        booking = seated(night, tab="600.00")
        asked = ask(night, booking)
        state_tab(booking=booking, user=floor_manager(night), amount=Decimal("100"))
        with pytest.raises(CompRefused):
            give(night, asked)
        asked.refresh_from_db()
        assert asked.state == CompRequest.State.WAITING
        assert not Comp.objects.exists()

    def test_a_settled_table_is_measured_by_its_spend(self, night: House) -> None:
        booking = settled(night, spend="560", tab="10000")
        ask(night, booking)
        assert allowance_for(booking, booking.employee).allowances[0].allowed == Decimal("28.00")


class TestByTablesBooked:
    def test_each_arrived_table_allows_one(self, night: House) -> None:
        booking = seated(night)
        give(night, ask(night, booking, ground="daily"))
        with pytest.raises(CompRefused) as refused:
            ask(night, booking, ground="daily", minute=110)
        assert refused.value.article == "3.1.B"
        seated(night, "A", "A2")
        assert ask(night, booking, ground="daily", minute=120)

    def test_a_table_that_is_only_held_allows_none(self, night: House) -> None:
        booking = seated(night)
        held(night, "A", "A2")
        give(night, ask(night, booking, ground="daily"))
        with pytest.raises(CompRefused):
            ask(night, booking, ground="daily", minute=110)

    def test_a_comp_given_before_a_table_was_handed_over_stays_used(self, night: House) -> None:
        """3.2: a later reassignment does not turn comps given before into violations; they count as given."""
        first, second = seated(night), seated(night, "A", "A2")
        give(night, ask(night, first, ground="daily"))
        reassign_booking(
            booking=first, to=employee_of(night, "B"), user=floor_manager(night), now=at(110), reason="林的客人"
        )
        with pytest.raises(CompRefused):
            ask(night, second, ground="daily", minute=120)


class TestRefused:
    def test_alcohol_is_refused_with_its_article(self, night: House) -> None:
        with pytest.raises(CompRefused) as refused:
            ask(night, settled(night, spend="100000"), "啤酒")
        assert refused.value.article == "3.1"
        assert "3.1" in str(refused.value)

    @pytest.mark.parametrize("ground", ["spend", "daily"])
    def test_a_guest_who_has_not_come_gets_nothing(self, night: House, ground: str) -> None:
        booking = held(night)
        with pytest.raises(CompRefused):
            ask(night, booking, ground=ground)
        cancel_booking(booking=booking, user=user_of(night, "A"), reason="客人改期")
        with pytest.raises(CompRefused):
            ask(night, booking, ground=ground)

    def test_somebody_elses_table_is_refused(self, night: House) -> None:
        with pytest.raises(CompRefused):
            ask(night, seated(night, tab="9999"), who="B")

    def test_an_item_out_of_use_is_refused(self, night: House) -> None:
        one = item(night, "花生")
        one.is_active = False
        one.save()
        with pytest.raises(Refused):
            ask(night, seated(night, tab="9999"))

    def test_a_locked_month_is_refused(self, night: House) -> None:
        booking = seated(night, tab="9999")
        Month.objects.update(state=Month.State.LOCKED)
        with pytest.raises(MonthLocked):
            ask(night, booking)


class TestDeciding:
    def test_giving_makes_the_comp_and_tells_who_asked(self, night: House) -> None:
        booking = seated(night, tab="600")
        asked = give(night, ask(night, booking))
        comp = Comp.objects.get()
        assert (comp.amount, comp.ground, comp.employee_id, comp.business_day) == (
            Decimal("28.00"), "spend", booking.employee_id, booking.business_day,
        )  # fmt: skip
        assert asked.comp == comp
        assert comp.history.get().history_user == floor_manager(night)
        assert "花生" in str(Message.objects.get(user=user_of(night, "A")))

    def test_a_refusal_needs_a_reason_and_gives_nothing(self, night: House) -> None:
        asked = ask(night, seated(night, tab="600"))
        with pytest.raises(Refused):
            decide_comp(asked=asked, user=floor_manager(night), approve=False, now=at(105), reason=" ")
        decided = decide_comp(asked=asked, user=floor_manager(night), approve=False, now=at(105), reason="今晚不送")
        assert decided.state == CompRequest.State.REFUSED
        assert not Comp.objects.exists()
        assert "今晚不送" in str(Message.objects.get(user=user_of(night, "A")))

    def test_nobody_decides_twice_or_on_their_own(self, night: House) -> None:
        floor = floor_manager(night)
        night.venue.employees.filter(number="C").update(user=floor)
        booking = seated(night, "A", tab="1200")
        asked = ask(night, booking)
        night.venue.employees.filter(number="A").update(user=floor)
        night.venue.employees.filter(number="C").update(user=None)
        with pytest.raises(Refused, match="自己"):
            give(night, CompRequest.objects.get(pk=asked.pk))
        night.venue.employees.filter(number="A").update(user=User.objects.get(username="user-A"))
        give(night, CompRequest.objects.get(pk=asked.pk))
        with pytest.raises(Refused):
            give(night, CompRequest.objects.get(pk=asked.pk))
        assert Comp.objects.count() == 1

    def test_who_may_not_decide_does_not(self, night: House) -> None:
        asked = ask(night, seated(night, tab="600"))
        with pytest.raises(Refused):
            decide_comp(asked=asked, user=user_of(night, "B"), approve=True, now=at(105))

    def test_only_who_asked_takes_it_back_and_not_once_decided(self, night: House) -> None:
        asked = ask(night, seated(night, tab="600"))
        with pytest.raises(Refused):
            withdraw_comp(asked=asked, user=user_of(night, "B"))
        give(night, asked)
        with pytest.raises(Refused):
            withdraw_comp(asked=asked, user=user_of(night, "A"))


@pytest.mark.parametrize("spend", ["559.80", "560", "2000"])
def test_what_the_page_lets_through_is_never_fined_and_what_it_refuses_would_be(night: House, spend: str) -> None:
    """The page measures by the same rules as the ledger: on a table settled at its tab, they agree."""
    booking = seated(night, tab=spend)
    room = allowance_for(booking, booking.employee)
    breach = room.breach("snack", Decimal("28.00"), "spend", at(100))
    night.bring({"签送": [{
        "签送号": "S1", "订台号": booking.number, "工号": "A", "品类": "小吃", "金额": 28, "依据": "消费",
        "时间": "2026-11-21 22:00",
    }]})  # fmt: skip
    settle_booking(booking=booking, user=floor_manager(night), amount=Decimal(spend))
    night.run("2026-11")
    fined = [line for line in night.lines("2026-11")["A"] if line[0] == "3.2"]
    assert bool(fined) == (breach is not None)


def test_what_was_left_undecided_when_the_month_was_locked_can_be_refused_not_given(night: House) -> None:
    asked = ask(night, seated(night, tab="600.00"))
    Month.objects.filter(venue=night.venue).update(state=Month.State.LOCKED)
    with pytest.raises(MonthLocked):
        give(night, asked)
    refused = decide_comp(asked=asked, user=floor_manager(night), approve=False, now=at(200), reason="这个月已经锁定")
    assert refused.state == CompRequest.State.REFUSED
    assert not Comp.objects.exists()
