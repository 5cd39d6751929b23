"""What the owner sets at a glance, and the venue itself."""

from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import Role
from storage.seals import seal
from tests.house import House
from tests.nights import at, floor_manager, held, opened
from tests.pages.looking import at as address_of, signed_in, somebody, text_of, tree
from venues.errors import Refused
from venues.models import Venue
from venues.rights import shown_of
from venues.services import SHOWN, create_venue, grant_role, set_venue


def owner(house: House) -> User:
    return somebody(house, Role.OWNER, "owner")


def page(house: House, where: str, language: str = "zh-hans", **data: Any) -> Any:
    client = signed_in(owner(house), language)
    return client.post(address_of(house, where), data) if data else client.get(address_of(house, where))


def test_the_house_tells_how_each_thing_stands_and_leads_to_it(house: House) -> None:
    opened(house)
    told = page(house, "house", "en")
    assert "6 tables" in text_of(told)
    assert "24 seats" in text_of(told)
    assert "3 items" in text_of(told)
    assert "¥28 to ¥128" in text_of(told)
    ways = tree(told).xpath("//a[contains(@class, 'house-card')]/@href")
    for name in ("floor_plan", "comp_items", "venue_settings"):
        assert address_of(house, name) in ways


def test_an_empty_house_says_so(house: House) -> None:
    house.bring({"活动日": [{"日期": "2026-09-05"}]})
    assert "0 tables" in text_of(page(house, "house", "en"))


def test_a_venue_gets_another_name_with_a_trace(house: House) -> None:
    opened(house)
    sent = {"name": "新澜夜", "seen": seal(shown_of(house.venue, SHOWN))}
    assert page(house, "venue_settings", **sent).status_code == 302
    assert house.venue.name == "新澜夜"
    assert house.venue.history.first().history_user == owner(house)
    assert "新澜夜" in text_of(page(house, "venue_settings"), "//ul[contains(@class, 'changes')]")


def test_a_change_of_what_somebody_else_has_changed_is_refused(house: House) -> None:
    opened(house)
    version = seal(shown_of(house.venue, SHOWN))
    set_venue(venue=house.venue, user=owner(house), name="甲", timezone="Asia/Shanghai", seen=version)
    with pytest.raises(Refused, match="甲"):
        set_venue(venue=house.venue, user=owner(house), name="乙", timezone="Asia/Shanghai", seen=version)
    set_venue(venue=house.venue, user=owner(house), name="甲", timezone="Asia/Shanghai", seen=version)  # clicked twice
    assert house.venue.name == "甲"


class TestTimeZone:
    def new_venue(self) -> tuple[Venue, User]:
        venue = create_venue(code="fresh", name="新店", today=at(0).date())
        user = User.objects.create(username="fresh-owner")
        grant_role(venue=venue, user=user, role=Role.OWNER)
        return venue, user

    def test_a_new_venue_chooses_it(self, db: None) -> None:
        venue, user = self.new_venue()
        version = seal(shown_of(venue, SHOWN))
        set_venue(venue=venue, user=user, name="新店", timezone="Asia/Urumqi", seen=version)
        venue.refresh_from_db()
        assert venue.timezone == "Asia/Urumqi"

    def test_it_stays_once_a_month_was_written_to(self, house: House) -> None:
        held(opened(house))
        version = seal(shown_of(house.venue, SHOWN))
        with pytest.raises(Refused):
            set_venue(venue=house.venue, user=owner(house), name="main", timezone="Asia/Tokyo", seen=version)
        assert not tree(page(house, "venue_settings")).xpath("//select[@name='timezone']")
        sent = {"name": house.venue.name, "timezone": "Asia/Tokyo", "seen": version}
        assert page(house, "venue_settings", **sent).status_code == 422
        assert house.venue.timezone == "Asia/Shanghai"

    @pytest.mark.parametrize(("name", "zone"), [("新店", "Mars/Olympus"), (" ", "Asia/Urumqi")])
    def test_nonsense_is_refused(self, db: None, name: str, zone: str) -> None:
        venue, user = self.new_venue()
        with pytest.raises(Refused):
            set_venue(venue=venue, user=user, name=name, timezone=zone, seen=seal(shown_of(venue, SHOWN)))

    def test_only_the_owner_may(self, house: House) -> None:
        opened(house)
        with pytest.raises(Refused):
            set_venue(
                venue=house.venue, user=floor_manager(house), name="甲", timezone="Asia/Shanghai",
                seen=seal(shown_of(house.venue, SHOWN)),
            )  # fmt: skip
