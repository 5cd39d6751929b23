"""The pages on which an account manager books tables and looks after the own bookings."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from accounts.permissions import Role
from bookings.booking.services.announcements import announce_arrival
from bookings.booking.services.holds import cancel_booking
from bookings.models import Booking
from customers.models import Customer
from customers.services import merge_guests
from storage.seals import seal, sealed_key
from tests import nights
from tests.house import House
from tests.nights import DAY, employee_of, held, opened, seated, settled, user_of
from tests.pages.looking import as_role, at, owning, signed_in, squeezed, text_of, tree

NOW = nights.at(109)  # 21:49


@pytest.fixture
def night(house: House) -> Iterator[House]:
    with time_machine.travel(NOW, tick=False):
        yield opened(house)


def asked(**more: Any) -> dict[str, Any]:
    return {
        "table": "A1",
        "slot": "22:30",
        "party_size": "4",
        "guest_name": "林嘉怡",
        "guest_phone": "13911112222",
    } | more


def sent(guest: Customer | None) -> str:
    """What choosing this guest sends."""
    assert guest is not None
    return sealed_key(guest.pk, seal({"name": guest.name, "phone": guest.phone}))


def booked(client: Client, house: House, **more: Any) -> Any:
    return client.post(at(house, "book"), asked(**more), follow=True)


def tile(page: Any, code: str) -> Any:
    return tree(page).xpath(f"//ul[@class='plan']/li/*[strong='{code}']")[0]


class TestThePlan:
    def test_only_tables_that_are_free_or_settled_can_be_tapped(self, night: House) -> None:
        held(night, "B", "A1")
        seated(night, "B", "A2", guest_phone="13900000001")
        settled(night, "B", "A3", guest_phone="13900000002")
        page = owning(night, "A").get(at(night, "book"))
        assert tree(page).xpath("//input[@name='table']/@value") == ["A3", "B1", "B2", "V1"]
        legend = [squeezed(" ".join(one.itertext())) for one in tree(page).xpath("//ul[@class='legend']/li")]
        assert [one[-1] for one in legend[:4]] == ["3", "1", "1", "1"]

    def test_the_own_table_wears_a_dot_and_leads_to_its_booking(self, night: House) -> None:
        own, other = held(night, "A", "A1"), held(night, "B", "A2")
        page = owning(night, "A").get(at(night, "book"))
        assert tile(page, "A1").get("href") == at(night, "booking", own.pk)
        assert tile(page, "A1").xpath(".//i[@class='own-dot']")
        assert tile(page, "A2").tag == "div"
        assert at(night, "booking", other.pk) not in page.content.decode()

    def test_a_colleagues_guest_is_not_on_the_page(self, night: House) -> None:
        held(night, "B", "A2", guest_name="秘密先生", guest_phone="13977778888")
        page = owning(night, "A").get(at(night, "book")).content.decode()
        assert "秘密先生" not in page
        assert "8888" not in page

    def test_a_table_named_in_the_address_is_chosen(self, night: House) -> None:
        page = owning(night, "A").get(at(night, "book") + "?table=A2")
        assert tree(page).xpath("//input[@name='table'][@checked]/@value") == ["A2"]

    def test_it_says_from_when_an_arrival_counts(self, night: House) -> None:
        line = text_of(owning(night, "A").get(at(night, "book")), "//p[@id='counts-from']")
        assert "21:49" in line
        assert "21:59" in line

    def test_the_time_offered_first_is_the_next_half_hour_a_quarter_ahead(self, night: House) -> None:
        for minutes, wanted in ((-180, "20:00"), (0, "20:30"), (109, "22:30"), (105, "22:00"), (350, "02:30")):
            with time_machine.travel(nights.at(minutes), tick=False):
                page = owning(night, "A").get(at(night, "book"))
                assert tree(page).xpath("//select[@name='slot']/option[@selected]/@value") == [wanted], minutes

    def test_a_venue_without_tables_says_who_enters_them(self, house: House) -> None:
        with time_machine.travel(NOW, tick=False):
            opened(house)
            house.venue.tables.all().delete()
            assert tree(owning(house, "A").get(at(house, "book"))).xpath("//div[contains(@class, 'empty-state')]")

    def test_who_is_not_employed_is_told_so_and_books_nothing(self, night: House) -> None:
        client = as_role(night, Role.ACCOUNT_MANAGER)
        assert tree(client.get(at(night, "book"))).xpath("//div[contains(@class, 'empty-state')]")
        assert booked(client, night).status_code == 200
        assert not Booking.objects.exists()


class TestAPastTime:
    """It is 21:49."""

    def test_a_table_for_a_time_that_has_passed_is_asked_about_and_held_once_that_is_meant(self, night: House) -> None:
        client = owning(night, "A", "en")
        asked_for = {"slot": "other", "clock": "21:30"}
        page = booked(client, night, **asked_for)
        assert page.status_code == 409
        assert "21:30 has passed: it is 21:49." in text_of(page, "//*[@data-question]")
        assert not Booking.objects.exists()
        assert tree(page).xpath("//input[@name='clock']/@value") == ["21:30"]
        (sure,) = tree(page).xpath("//input[@name='sure']/@value")
        assert booked(client, night, **asked_for, sure=sure, table="A2").status_code == 409, "meant was another table"
        booked(client, night, **asked_for, sure=sure)
        assert Booking.objects.get().expected_at == nights.at(90)

    def test_a_booking_moved_to_a_past_time_is_asked_about_too(self, night: House) -> None:
        booking = held(night, "A", "A1")
        client = owning(night, "A", "en")
        path = at(night, "booking_change", booking.pk)
        page = client.post(path, asked(slot="other", clock="21:40"))
        assert "21:40 has passed" in text_of(page, "//*[@data-question]")
        booking.refresh_from_db()
        assert booking.expected_at == nights.at(60)
        kept = client.post(path, asked(slot="21:00", note="靠窗"))
        assert kept.status_code == 302, "a time that stood before is not asked about"


class TestAnotherDay:
    def test_a_later_day_has_its_own_plan(self, night: House) -> None:
        held(night, "A", "A1")
        later = DAY + timedelta(1)
        client = owning(night, "A")
        assert client.get(at(night, "book") + f"?on={later}")["Location"] == at(night, "book_day", later)
        page = client.get(at(night, "book_day", later))
        assert "A1" in tree(page).xpath("//input[@name='table']/@value")
        client.post(at(night, "book_day", later), asked(slot="21:00"))
        assert Booking.objects.get(table="A1", business_day=later).state == "held"

    @pytest.mark.parametrize("days", [-1, 61])
    def test_a_day_that_is_over_or_too_far_leads_back_to_tonight(self, night: House, days: int) -> None:
        page = owning(night, "A").get(at(night, "book_day", DAY + timedelta(days)))
        assert page["Location"] == at(night, "book")

    @pytest.mark.parametrize("on", ["", "x", "2026-13-01", "0001-01-01", str(DAY)])
    def test_nonsense_and_tonight_lead_to_tonight(self, night: House, on: str) -> None:
        assert owning(night, "A").get(at(night, "book"), {"on": on})["Location"] == at(night, "book")

    def test_a_date_that_does_not_exist_is_no_page(self, night: House) -> None:
        assert owning(night, "A").get(at(night, "book") + "2026-02-30/").status_code == 404


class TestBooking:
    def test_a_new_guest_is_made_on_the_way(self, night: House) -> None:
        page = booked(owning(night, "A"), night)
        booking = Booking.objects.get()
        assert page.redirect_chain == [(at(night, "booking", booking.pk), 302)]
        assert (booking.guest_name, booking.guest_phone, booking.party_size) == ("林嘉怡", "13911112222", 4)
        assert (booking.registered_at, booking.expected_at, booking.business_day) == (NOW, nights.at(150), DAY)
        assert (booking.customer and booking.customer.name, booking.state) == ("林嘉怡", "held")

    def test_an_own_guest_is_taken_with_name_and_phone(self, night: House) -> None:
        guest = settled(night, "A", "A2").customer
        booked(owning(night, "A"), night, guest=guest.pk, guest_name="", guest_phone="")
        booking = Booking.objects.get(table="A1")
        assert (booking.customer, booking.guest_name, booking.guest_phone) == (guest, "林先生", "13900000000")

    def test_an_own_guest_who_is_not_as_shown_any_more_is_asked_again(self, night: House) -> None:
        guest = settled(night, "A", "A2").customer
        shown = sent(guest)
        Customer.objects.update(name="钱先生")
        page = booked(owning(night, "A", "en"), night, guest=shown, guest_name="", guest_phone="")
        assert "has changed since you saw it; choose again" in text_of(page, "//p[@class='invalid']")
        assert not Booking.objects.filter(table="A1").exists()
        guest = Customer.objects.get()
        assert tree(page).xpath("//input[@name='guest'][@checked]/@value") == [sent(guest)]
        booked(owning(night, "A"), night, guest=sent(guest), guest_name="", guest_phone="")
        assert Booking.objects.get(table="A1").guest_name == "钱先生"

    @pytest.mark.parametrize("key", ["theirs", "0", "9" * 18])
    def test_a_colleagues_guest_cannot_be_taken_by_the_key(self, night: House, key: str) -> None:
        theirs = held(night, "B", "A2").customer
        page = booked(owning(night, "A"), night, guest=theirs.pk if key == "theirs" else key)
        assert not Booking.objects.filter(table="A1").exists()
        assert tree(page).xpath("//p[@class='invalid']")
        assert "13900000000" not in page.content.decode()

    def test_what_was_typed_to_look_for_a_guest_names_a_new_one(self, night: House) -> None:
        client = owning(night, "A")
        booked(client, night, q="陈生", guest_name="", guest_phone="")
        booked(client, night, table="A2", q="139 2222 3333", guest_name="", guest_phone="")
        assert list(Booking.objects.order_by("table").values_list("guest_name", "guest_phone")) == [
            ("陈生", ""), ("", "13922223333"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "more",
        [
            {"table": ""},
            {"guest_name": "", "guest_phone": ""},
            {"guest_phone": "12"},
            {"slot": "other", "clock": ""},
            {"slot": "25:00"},
            {"party_size": "0"},
            {"note": "x" * 201},
        ],
    )
    def test_what_is_wrong_is_said_and_everything_typed_is_kept(self, night: House, more: dict[str, str]) -> None:
        page = booked(owning(night, "A"), night, **({"note": "生日"} | more))
        assert page.status_code == 200
        assert not Booking.objects.exists()
        assert len(tree(page).xpath("//p[@class='invalid']")) == 1
        wanted = asked(note="生日") | more
        assert tree(page).xpath("//input[@name='guest_phone']/@value") == [wanted["guest_phone"]]
        assert tree(page).xpath("//input[@name='note']/@value") == [wanted["note"]]

    def test_another_time_and_no_time_can_be_stated(self, night: House) -> None:
        client = owning(night, "A")
        booked(client, night, slot="other", clock="00:15")
        booked(client, night, table="A2", slot="")
        assert Booking.objects.get(table="A1").expected_at == nights.at(255)
        assert Booking.objects.get(table="A2").expected_at is None

    def test_the_moment_of_the_tap_is_kept_beside_the_servers(self, night: House) -> None:
        booked(owning(night, "A"), night, tapped_at="2026-11-21T21:48:30.250+08:00")
        booking = Booking.objects.get()
        assert booking.registered_at == NOW
        assert booking.tapped_at == NOW - timedelta(seconds=29, milliseconds=750)

    @pytest.mark.parametrize(
        "told",
        [
            "",
            "yesterday",
            "2026-11-21T21:48:30",
            "2026-11-21T21:55:01+08:00",
            "2026-11-20T21:48:00+08:00",
            "2026-99-21T00:00Z",
        ],
    )
    def test_a_tap_that_cannot_be_is_not_kept(self, night: House, told: str) -> None:
        booked(owning(night, "A"), night, tapped_at=told)
        assert Booking.objects.get().tapped_at is None

    def test_a_settled_table_is_booked_for_its_second_turn(self, night: House) -> None:
        settled(night, "B", "A1")
        booked(owning(night, "A"), night)
        assert Booking.objects.get(employee__number="A").turn == 2

    def test_a_locked_month_is_said_and_what_was_typed_is_kept(self, night: House) -> None:
        night.venue.months.create(first_day=date(2026, 11, 1), state="locked")
        page = booked(owning(night, "A"), night)
        assert not Booking.objects.exists()
        assert tree(page).xpath("//div[contains(@class, 'notice')]")
        assert tree(page).xpath("//input[@name='guest_name']/@value") == ["林嘉怡"]


class TestTakenInTheSameSecond:
    def test_it_says_so_keeps_what_was_typed_and_offers_the_nearest(self, night: House) -> None:
        held(night, "B", "A1")
        page = booked(owning(night, "A"), night, note="靠窗")
        assert page.status_code == 409
        assert "A1" in text_of(page, "//div[@class='taken']")
        assert tree(page).xpath("//div[@class='taken']//button/@value") == ["A2", "A3", "B1"]
        assert tree(page).xpath("//input[@name='note']/@value") == ["靠窗"]
        assert tree(page).xpath("//input[@name='guest_phone']/@value") == ["13911112222"]
        assert not tree(page).xpath("//input[@name='table'][@checked]")

    def test_one_tap_books_a_neighbour_with_the_same_form(self, night: House) -> None:
        held(night, "B", "A1")
        booked(owning(night, "A"), night, instead="A2")
        assert Booking.objects.get(employee__number="A").table == "A2"

    def test_a_second_tap_for_the_same_guest_leads_to_the_first_booking(self, night: House) -> None:
        client = owning(night, "A")
        booked(client, night)
        page = booked(client, night)
        assert page.redirect_chain == [(at(night, "booking", Booking.objects.get().pk), 302)]
        assert Booking.objects.count() == 1

    def test_another_guest_at_the_own_table_is_told_that_it_is_taken(self, night: House) -> None:
        client = owning(night, "A")
        booked(client, night)
        assert booked(client, night, guest_phone="13933334444").status_code == 409

    def test_a_colleagues_booking_for_the_same_guest_stays_closed(self, night: House) -> None:
        held(night, "B", "A1", guest_phone="13911112222")
        assert booked(owning(night, "A"), night).status_code == 409


class TestGuests:
    def found(self, house: House, query: str, number: str = "A", **more: str) -> list[str]:
        page = owning(house, number).get(at(house, "book_guests"), {"q": query, **more})
        return [squeezed("".join(one.itertext())) for one in tree(page).xpath("//label[.//strong]//strong")]

    @pytest.fixture
    def known(self, night: House) -> House:
        held(night, "A", "A1", guest_name="林先生", guest_phone="13900002207")
        held(night, "A", "A2", guest_name="林嘉怡", guest_phone="13900005013")
        held(night, "A", "A3", guest_name="Kevin", guest_phone="13900007777")
        held(night, "B", "B1", guest_name="林小姐", guest_phone="13900009999")
        return night

    @pytest.mark.parametrize(
        ("query", "wanted"),
        [
            ("林", {"林先生", "林嘉怡"}),
            ("嘉", {"林嘉怡"}),
            ("kev", {"Kevin"}),
            ("lin", {"林先生", "林嘉怡"}),
            ("ljy", {"林嘉怡"}),
            ("Jiayi", {"林嘉怡"}),
            ("+86 139 0000 2207", {"林先生"}),
            ("2207", {"林先生"}),
            ("139 0000 50", {"林嘉怡"}),
            ("9999", set()),
            ("小姐", set()),
            ("", {"林先生", "林嘉怡", "Kevin"}),
            ("%", set()),
        ],
    )
    def test_own_guests_are_found_by_name_and_phone_and_nobody_elses(
        self, known: House, query: str, wanted: set[str]
    ) -> None:
        assert set(self.found(known, query)) == wanted

    def test_no_more_than_eight(self, night: House) -> None:
        for number in range(12):
            later = DAY + timedelta(number)
            employee = employee_of(night, "A")
            Booking.objects.create(
                venue=night.venue, number=f"X{number}", business_day=later, employee=employee, state="cancelled",
                customer=Customer.objects.create(venue=night.venue, name=f"林{number}", phone=f"1390000{number:04}"),
            )  # fmt: skip
        assert len(self.found(night, "林")) == 8

    def test_who_comes_most_stands_first_with_how_often_when_and_where_they_sit(self, night: House) -> None:
        settled(night, "A", "A1", guest_name="常客", guest_phone="13900000001")
        held(night, "A", "A3", guest_name="新客", guest_phone="13900000003")
        seated(night, "A", "A2", guest_name="常客", guest_phone="13900000001")
        page = owning(night, "A").get(at(night, "book_guests"))
        assert self.found(night, "") == ["常客", "新客"]
        first = squeezed("".join(tree(page).xpath("//label[.//strong]")[0].itertext()))
        assert "0001" in first
        assert "2" in first
        assert "A2" in first

    def test_only_what_matches_is_marked_and_typed_markup_is_text(self, known: House) -> None:
        client = owning(known, "A")
        page = client.get(at(known, "book_guests"), {"q": "林"})
        assert {mark.text for mark in tree(page).xpath("//mark")} == {"林"}
        page = client.get(at(known, "book_guests"), {"q": "<b>"})
        assert "<b>" not in page.content.decode()

    def test_another_persons_reassigned_guest_moves_with_the_booking(self, night: House) -> None:
        booking = held(night, "A", "A1")
        Booking.objects.filter(pk=booking.pk).update(employee=employee_of(night, "B"))
        assert self.found(night, "林", "A") == []
        assert self.found(night, "林", "B") == ["林先生"]


class TestPaste:
    def pasted(self, house: House, line: str) -> Any:
        return owning(house, "A").post(at(house, "book"), {"paste": "1", "line": line})

    def test_a_line_fills_the_form_and_books_nothing(self, night: House) -> None:
        page = self.pasted(night, "A2 陈小姐 139-3333-4444 10点半 6人 生日")
        assert not Booking.objects.exists()
        found = tree(page)
        assert found.xpath("//input[@name='table'][@checked]/@value") == ["A2"]
        assert found.xpath("//select[@name='slot']/option[@selected]/@value") == ["22:30"]
        assert found.xpath("//select[@name='party_size']/option[@selected]/@value") == ["6"]
        assert found.xpath("//input[@name='guest'][@checked]/@value") == ["new"]
        assert found.xpath("//input[@name='q']/@value") == ["陈小姐"]
        assert found.xpath("//input[@name='guest_name']/@value") == ["陈小姐"]
        assert found.xpath("//input[@name='guest_phone']/@value") == ["13933334444"]
        assert found.xpath("//input[@name='note']/@value") == ["生日"]

    def test_who_was_merged_is_known_by_the_second_phone_too(self, night: House) -> None:
        held(night, "A", "A1", guest_name="林先生", guest_phone="13900000000")
        held(night, "A", "A3", guest_name="林总", guest_phone="13900005013")
        kept, other = Customer.objects.order_by("pk")
        merge_guests(venue=night.venue, guest=kept, other=other, user=None, reason="同一人", now=nights.EIGHT)
        page = self.pasted(night, "A2 139 0000 5013")
        [chosen] = tree(page).xpath("//input[@name='guest' and @checked]/@value")
        assert chosen.partition(".")[0] == str(kept.pk)

    @pytest.mark.parametrize("line", ["A2 13900000000", "A2 林先生"])
    def test_an_own_guest_is_recognised(self, night: House, line: str) -> None:
        guest = held(night, "A", "A1").customer
        page = self.pasted(night, line)
        assert tree(page).xpath("//input[@name='guest'][@checked]/@value") == [sent(guest)]

    def test_a_colleagues_guest_stays_a_new_one(self, night: House) -> None:
        held(night, "B", "A1")
        page = self.pasted(night, "A2 13900000000")
        assert tree(page).xpath("//input[@name='guest'][@checked]/@value") == ["new"]
        assert not tree(page).xpath("//input[@name='guest_name']")[0].get("value")

    def test_a_taken_table_and_an_empty_line_are_said(self, night: House) -> None:
        held(night, "B", "A1")
        for line in ("A1 林先生", "", "？？"):
            page = self.pasted(night, line)
            assert tree(page).xpath("//div[contains(@class, 'warning')]"), line
            assert not tree(page).xpath("//input[@name='table'][@checked]")

    def test_a_time_and_number_of_people_not_offered_are_added(self, night: House) -> None:
        page = self.pasted(night, "A2 21:40 45人")
        assert tree(page).xpath("//select[@name='slot']/option[@selected]/@value") == ["21:40"]
        assert tree(page).xpath("//select[@name='party_size']/option[@selected]/@value") == ["45"]


class TestOneBooking:
    def test_it_shows_the_guest_the_times_and_what_happened(self, night: House) -> None:
        booking = settled(night, "A", "A1", tab="500")
        text = text_of(owning(night, "A").get(at(night, "booking", booking.pk)))
        for part in ("林先生", "13900000000", "20:00", "21:00", "¥1,000.00", "host", "floor"):
            assert part in text, part

    def test_the_phone_missing_counts_down_in_red(self, night: House) -> None:
        booking = held(night, "A", "A1", guest_phone="", expected_at=nights.at(122))
        page = owning(night, "A").get(at(night, "booking", booking.pk))
        assert "3" in text_of(page, "//div[contains(@class, 'outlook now')]")
        assert tree(page).xpath("//div[contains(@class, 'outlook now')]/a/@href") == [
            at(night, "booking_change", booking.pk)
        ]

    @pytest.mark.parametrize("name", ["booking", "booking_change", "booking_cancel"])
    def test_a_colleagues_booking_and_another_venues_do_not_exist(
        self, night: House, tmp_path: Path, name: str
    ) -> None:
        theirs = held(night, "B", "A1")
        other = opened(House(tmp_path, "other"), "XY")
        elsewhere = held(other, "X", "A1")
        for number, booking in (("A", theirs), ("A", elsewhere)):
            client = owning(night, number)
            assert client.get(at(night, name, booking.pk)).status_code == 404
        host = signed_in(nights.host(night))
        assert host.get(at(night, name, theirs.pk)).status_code == 200
        assert host.get(at(night, name, elsewhere.pk)).status_code == 404
        assert host.get(at(other, name, elsewhere.pk)).status_code == 404

    @pytest.mark.parametrize("name", ["booking_change", "booking_cancel", "booking_announce"])
    def test_a_colleague_can_do_nothing_to_it(self, night: House, name: str) -> None:
        booking = held(night, "B", "A1")
        data = asked(table="A3", reason="x")
        assert owning(night, "A").post(at(night, name, booking.pk), data).status_code == 404
        booking.refresh_from_db()
        assert (booking.state, booking.table, booking.announced_at) == ("held", "A1", None)

    def test_the_guest_is_announced_and_one_is_led_back(self, night: House) -> None:
        booking = held(night, "A", "A1")
        client = owning(night, "A")
        page = client.post(at(night, "booking_announce", booking.pk), {"next": at(night, "messages")})
        assert page["Location"] == at(night, "messages")
        page = client.post(at(night, "booking_announce", booking.pk), {"next": "https://elsewhere.example/"})
        assert page["Location"] == at(night, "booking", booking.pk)
        booking.refresh_from_db()
        assert booking.announced_at == NOW
        assert not tree(client.get(page["Location"])).xpath("//form[contains(@action, 'announce')]")

    def test_who_seats_guests_sees_no_announcement_of_others(self, night: House) -> None:
        booking = held(night, "A", "A1")
        page = signed_in(nights.host(night)).get(at(night, "booking", booking.pk))
        assert not tree(page).xpath("//form[contains(@action, 'announce')]")
        assert "13900000000" in text_of(page)

    def test_a_change_is_saved_and_stands_in_the_history(self, night: House) -> None:
        booking = held(night, "A", "A1")
        client = owning(night, "A")
        client.post(
            at(night, "booking_change", booking.pk),
            asked(table="V1", slot="23:00", guest_name="林先生", guest_phone="13900000000", note="改大台"),
        )
        booking.refresh_from_db()
        assert (booking.table, booking.expected_at, booking.note) == ("V1", nights.at(180), "改大台")
        history = text_of(client.get(at(night, "booking", booking.pk)), "//details[contains(@class, 'history')]")
        assert "A1 → V1" in history
        assert "— → 改大台" in history

    def test_the_form_for_a_change_holds_what_stands_and_says_what_registers_anew(self, night: House) -> None:
        booking = held(night, "A", "A1", guest_phone="", note="靠窗", expected_at=nights.at(95))
        page = owning(night, "A").get(at(night, "booking_change", booking.pk))
        found = tree(page)
        assert "21:59" in text_of(page, "//div[contains(@class, 'outlook')]")
        assert found.xpath("//select[@name='slot']/option[@selected]/@value") == ["21:35"]
        assert found.xpath("//select[@name='table']/option[@selected]/@value") == ["A1"]
        assert found.xpath("//select[@name='party_size']/option[@selected]/@value") == ["4"]
        assert found.xpath("//input[@name='note']/@value") == ["靠窗"]

    def test_a_change_to_a_table_just_taken_keeps_what_was_typed(self, night: House) -> None:
        booking = held(night, "A", "A1")
        held(night, "B", "A2")
        page = owning(night, "A").post(at(night, "booking_change", booking.pk), asked(table="A2", note="x"))
        assert page.status_code == 409
        assert tree(page).xpath("//input[@name='note']/@value") == ["x"]

    def test_a_cancellation_needs_a_reason_and_keeps_it(self, night: House) -> None:
        booking = held(night, "A", "A1")
        client = owning(night, "A")
        assert client.post(at(night, "booking_cancel", booking.pk), {}).status_code == 200
        booking.refresh_from_db()
        assert booking.state == "held"
        client.post(at(night, "booking_cancel", booking.pk), {"usual": "客人改期", "reason": "下周六"})
        booking.refresh_from_db()
        assert (booking.state, booking.turn) == ("cancelled", None)
        assert booking.history.latest("history_id").history_change_reason == "客人改期：下周六"

    @pytest.mark.parametrize("name", ["booking_change", "booking_cancel"])
    def test_what_is_not_held_any_more_is_neither_changed_nor_cancelled(self, night: House, name: str) -> None:
        booking = seated(night, "A", "A1")
        client = owning(night, "A")
        for page in (client.get(at(night, name, booking.pk)), client.post(at(night, name, booking.pk), asked())):
            assert page["Location"] == at(night, "booking", booking.pk)

    def test_acts_are_offered_while_it_is_held_alone(self, night: House) -> None:
        booking = held(night, "A", "A1")
        cancel_booking(booking=booking, user=user_of(night, "A"), reason="x")
        page = owning(night, "A").get(at(night, "booking", booking.pk))
        assert not tree(page).xpath("//div[@class='booking-acts']/*")

    def acts(self, house: House, client: Client, booking: Booking) -> set[str]:
        """The names of the addresses that the page of a booking leads to."""
        page = tree(client.get(at(house, "booking", booking.pk)))
        found = page.xpath("//div[@class='booking-acts']//a/@href | //div[@class='booking-acts']//form/@action")
        return {str(resolve(address.split("?")[0]).url_name) for address in found}

    def test_each_finds_the_acts_that_are_theirs(self, night: House) -> None:
        coming, here, done = held(night, "A", "A1"), seated(night, "A", "A2"), settled(night, "A", "A3")
        own, host = owning(night, "A"), signed_in(nights.host(night))
        floor, owner = signed_in(nights.floor_manager(night)), as_role(night, Role.OWNER)
        change = {"booking_change", "booking_cancel"}
        door = {"door_move", "door_correct"}
        assert self.acts(night, own, coming) == {"booking_announce", *change}
        assert self.acts(night, own, here) == self.acts(night, own, done) == {"comp_ask"}
        assert self.acts(night, host, coming) == {"door_arrive", "door_no_show", *door, *change}
        assert self.acts(night, host, here) == {"door_reinstate", *door}
        assert self.acts(night, floor, here) == {"booking_settle", "door_reinstate", *door}
        assert self.acts(night, floor, done) == {"booking_settle", "door_correct"}
        assert self.acts(night, owner, coming) == set()

    def test_the_owner_sees_the_end_of_a_guests_phone_alone(self, night: House) -> None:
        text = text_of(as_role(night, Role.OWNER).get(at(night, "booking", held(night, "A", "A1").pk)))
        assert "13900000000" not in text
        assert "0000" in text


def queries(client: Client, address: str, **options: Any) -> int:
    with CaptureQueriesContext(connection) as asked_for:
        page = client.get(address, **options)
    assert page.status_code == 200
    assert len(asked_for) <= 15, [query["sql"][:120] for query in asked_for]
    return len(asked_for)


def test_the_pages_need_as_many_queries_for_few_bookings_as_for_many(night: House) -> None:
    def counts() -> list[int]:
        client = owning(night, "A")
        own = Booking.objects.filter(employee__number="A", state="held").latest("pk")
        return [
            queries(client, at(night, "book")),
            queries(client, at(night, "book") + "?table=V1"),
            queries(client, at(night, "book_guests") + "?q=林"),
            queries(client, at(night, "booking", own.pk)),
            queries(client, at(night, "booking_change", own.pk)),
            queries(client, at(night, "booking_cancel", own.pk)),
        ]

    first = held(night, "A", "A1")
    few = counts()
    for number, table in enumerate(("A2", "A3", "B1")):
        seated(night, "ABC"[number], table, guest_phone=f"1391234000{number}", guest_name="林生", tab="800")
    past = [
        Booking(
            venue=night.venue, number=f"P{number}", business_day=DAY - timedelta(number % 300 + 1), state="arrived",
            employee=employee_of(night, "A"), table="A1", arrived_at=datetime.fromisoformat("2026-01-01T13:00Z"),
            customer=Customer.objects.create(venue=night.venue, name=f"林{number}", phone=f"1360000{number:04}"),
        )
        for number in range(60)
    ]  # fmt: skip
    Booking.objects.bulk_create(past)
    announce_arrival(booking=first, user=user_of(night, "A"), now=NOW)
    assert counts() == few
