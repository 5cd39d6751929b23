"""The owner's list of what may be given away: never alcohol, a price from now on, a trace of each change."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import Role
from comps.listing import add_item, change_item, seal_of, set_in_use
from comps.models import CompItem, CompRequest
from comps.services import CompRefused, ask_comp, decide_comp
from tests.house import House
from tests.nights import at, floor_manager, item, opened, seated, user_of
from tests.pages.looking import at as address_of, signed_in, somebody, text_of, tree
from venues.errors import Refused

NOW = at(100)


@pytest.fixture(scope="module")
def night(kept_house: House) -> House:
    owner(opened(kept_house))
    return kept_house


def owner(house: House) -> User:
    return somebody(house, Role.OWNER, "owner")


def changed(house: House, known: str, **more: Any) -> CompItem:
    one = item(house, known)
    values = {"name": one.name, "category": one.category, "price": one.price} | more
    return change_item(item=one, user=owner(house), seen=seal_of(one), **values)


def test_a_new_item_is_offered_at_once(night: House) -> None:
    made = add_item(venue=night.venue, user=owner(night), name=" 鸭舌 ", category="snack", price=Decimal("38"))
    booking = seated(night, tab="3000")
    asked = ask_comp(booking=booking, item=made, ground="spend", user=user_of(night, "A"), now=NOW)
    assert (asked.item, asked.amount) == ("鸭舌", Decimal(38))
    assert made.history.get().history_user == owner(night)


def test_alcohol_is_never_in_the_list(night: House) -> None:
    with pytest.raises(CompRefused) as refused:
        add_item(venue=night.venue, user=owner(night), name="红酒", category="alcohol", price=Decimal(200))
    assert refused.value.article == "3.1"
    with pytest.raises(CompRefused):
        changed(night, "花生", category="alcohol")
    assert not CompItem.objects.filter(name="红酒").exists()


def test_alcohol_taken_out_does_not_come_back(night: House) -> None:
    beer = item(night, "啤酒")
    beer = set_in_use(item=beer, user=owner(night), is_active=False, seen=seal_of(beer))
    with pytest.raises(CompRefused):
        set_in_use(item=beer, user=owner(night), is_active=True, seen=seal_of(beer))


def test_a_new_price_holds_from_now_on_and_what_was_given_or_asked_for_keeps_its_amount(night: House) -> None:
    booking = seated(night, tab="9000")
    given = ask_comp(booking=booking, item=item(night, "花生"), ground="spend", user=user_of(night, "A"), now=NOW)
    given = decide_comp(asked=given, user=floor_manager(night), approve=True, now=NOW)
    asked = ask_comp(booking=booking, item=item(night, "花生"), ground="spend", user=user_of(night, "A"), now=NOW)
    changed(night, "花生", price=Decimal(48))
    later = ask_comp(booking=booking, item=item(night, "花生"), ground="spend", user=user_of(night, "A"), now=NOW)
    asked.refresh_from_db()
    assert given.comp is not None
    given.comp.refresh_from_db()
    assert [given.comp.amount, asked.amount, later.amount] == [Decimal(28), Decimal(28), Decimal(48)]


@pytest.mark.parametrize(
    "more", [{"price": Decimal(0)}, {"price": Decimal(-1)}, {"name": " "}, {"name": "果盘"}, {"category": "meat"}]
)
def test_what_cannot_stand_in_the_list_is_refused(night: House, more: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        changed(night, "花生", **more)
    with pytest.raises(Refused):
        add_item(
            venue=night.venue, user=owner(night), **({"name": "新", "category": "snack", "price": Decimal(9)} | more)
        )
    assert item(night, "花生").price == Decimal(28)


def test_who_changes_what_another_has_changed_meanwhile_is_told(night: House) -> None:
    seen = item(night, "花生")
    changed(night, "花生", price=Decimal(30))
    with pytest.raises(Refused, match="花生"):
        change_item(item=seen, user=owner(night), name="花生", category="snack", price=Decimal(35), seen=seal_of(seen))
    with pytest.raises(Refused):
        set_in_use(item=seen, user=owner(night), is_active=False, seen=seal_of(seen))
    assert item(night, "花生").price == Decimal(30)


def test_a_second_click_changes_nothing(night: House) -> None:
    seen = item(night, "花生")
    for _click in range(2):
        change_item(item=seen, user=owner(night), name="花生", category="snack", price=Decimal(35), seen=seal_of(seen))
        add_item(venue=night.venue, user=owner(night), name="鸭舌", category="snack", price=Decimal(38))
    assert item(night, "花生").history.count() == 2
    assert item(night, "鸭舌").history.count() == 1


def test_what_is_out_of_use_cannot_be_asked_for_and_comes_back(night: House) -> None:
    nuts = item(night, "花生")
    nuts = set_in_use(item=nuts, user=owner(night), is_active=False, seen=seal_of(nuts))
    booking = seated(night, tab="3000")
    with pytest.raises(Refused):
        ask_comp(booking=booking, item=nuts, ground="spend", user=user_of(night, "A"), now=NOW)
    with pytest.raises(Refused):  # the same name is not made a second time
        add_item(venue=night.venue, user=owner(night), name="花生", category="snack", price=Decimal(28))
    nuts = set_in_use(item=nuts, user=owner(night), is_active=True, seen=seal_of(nuts))
    assert ask_comp(booking=booking, item=nuts, ground="spend", user=user_of(night, "A"), now=NOW)


def test_only_the_owner_sets_the_list(night: House) -> None:
    with pytest.raises(Refused):
        add_item(venue=night.venue, user=floor_manager(night), name="鸭舌", category="snack", price=Decimal(38))


class TestPages:
    def page(self, house: House, where: str, *args: Any, language: str = "zh-hans", **data: Any) -> Any:
        client = signed_in(owner(house), language)
        address = address_of(house, where, *args)
        return client.post(address, data) if data else client.get(address)

    def test_the_list_marks_what_is_never_offered(self, night: House) -> None:
        page = self.page(night, "comp_items")
        [row] = tree(page).xpath("//tr[th[contains(., '啤酒')]]")
        assert "3.1" in " ".join(row.itertext())
        [row] = tree(page).xpath("//tr[th[contains(., '花生')]]")
        assert "3.1" not in " ".join(row.itertext())

    def test_the_form_offers_the_categories_of_the_policy_alone(self, night: House) -> None:
        assert tree(self.page(night, "comp_items")).xpath("//select[@name='category']/option/@value") == [
            "snack",
            "fruit",
        ]

    def test_alcohol_sent_all_the_same_is_refused(self, night: House) -> None:
        page = self.page(night, "comp_items", name="红酒", category="alcohol", price="200")
        assert page.status_code == 422
        assert not CompItem.objects.filter(name="红酒").exists()

    @pytest.mark.parametrize("price", ["", "x", "0", "-3", "1.234", "NaN", "9" * 12])
    def test_a_price_of_nonsense_is_told_and_the_name_stays(self, night: House, price: str) -> None:
        page = self.page(night, "comp_items", name="鸭舌", category="snack", price=price)
        assert page.status_code == 422
        assert tree(page).xpath("//input[@name='name']/@value") == ["鸭舌"]

    def test_an_item_tells_who_changed_its_price(self, night: House) -> None:
        pk = item(night, "花生").pk
        version = seal_of(item(night, "花生"))
        answer = self.page(night, "comp_item", pk, act="save", name="花生", category="snack", price="30", seen=version)
        assert answer.status_code == 302
        told = text_of(self.page(night, "comp_item", pk), "//ul[contains(@class, 'changes')]")
        assert "28" in told
        assert "30" in told
        assert "owner" in told

    def test_an_item_is_taken_out_and_put_back(self, night: House) -> None:
        for act, is_active in (("retire", False), ("retire", False), ("restore", True)):
            one = item(night, "花生")
            assert self.page(night, "comp_item", one.pk, act=act, seen=seal_of(one)).status_code == 302
            assert item(night, "花生").is_active == is_active

    def test_another_houses_item_is_not_found(self, night: House, tmp_path: Any) -> None:
        other = House(tmp_path, "other")
        opened(other, "X")
        assert self.page(night, "comp_item", item(other, "花生").pk).status_code == 404

    def test_an_empty_list_says_what_belongs_there(self, night: House) -> None:
        CompRequest.objects.all().delete()
        CompItem.objects.all().delete()
        assert tree(self.page(night, "comp_items")).xpath("//div[contains(@class, 'empty-state')]")
