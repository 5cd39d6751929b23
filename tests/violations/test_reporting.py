"""Recording a violation: refused where it must be, in the ledger at once, told to the person, taken back."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import User
from accounts.permissions import Role
from attendance.models import Punch
from bookings.models import Booking
from inbox.models import Message
from rulebook.articles import CONDUCT_ARTICLES
from rulebook.calendar import CalendarMonth
from tests.house import House
from tests.nights import DAY, at, employee_of, floor_manager, held, host, opened, seated, settled, user_of
from tests.pages.looking import as_role, at as address, owning, signed_in, text_of, tree
from venues.errors import Doubtful, MonthLocked, Refused
from venues.models import Month
from venues.services import grant_role
from violations.ledger.services.reconciliation import reconcile_month
from violations.models import Penalty, Report
from violations.reports.services import record_conduct, record_report, withdraw_report

STATE = Penalty.State
HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def opened_night(kept_house: House) -> House:
    return opened(kept_house)


@pytest.fixture
def night(opened_night: House, settings: Any, tmp_path: Path) -> House:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return opened_night


@pytest.fixture
def floor(night: House) -> Client:
    return signed_in(floor_manager(night), "en")


def record(house: House, article: str = "5.F", number: str = "A", **more: Any) -> Report:
    asked: dict[str, Any] = {"user": floor_manager(house), "day": DAY, "now": at(120), "note": "见值班记录"}
    return record_report(venue=house.venue, employee=employee_of(house, number), article=article, **(asked | more))


def photo(name: str = "shoe.jpg", kind: str = "JPEG") -> SimpleUploadedFile:
    written = BytesIO()
    Image.new("RGB", (40, 30), "red").save(written, kind)
    return SimpleUploadedFile(name, written.getvalue(), content_type="image/jpeg")


def clock(minutes: int = 120) -> Any:
    return time_machine.travel(at(minutes), tick=False)


def penalties() -> list[tuple[Any, ...]]:
    """The ledger's rows of chapters 4 and 5, without those of days nobody punched."""
    rows = Penalty.objects.exclude(article__startswith="1")
    return sorted(rows.values_list("employee__number", "article", "amount", "state"))


class TestRecording:
    def test_the_ledger_has_it_at_once_and_the_same_after_a_reconciliation(self, night: House) -> None:
        record(night, "4.1", amount=Decimal("88.50"))
        assert penalties() == [("A", "4.1", Decimal("88.50"), STATE.CHARGED)]
        reconcile_month(night.venue, CalendarMonth.of(DAY), now=at(120))
        assert penalties() == [("A", "4.1", Decimal("88.50"), STATE.CHARGED)]

    def test_only_that_persons_ledger_is_touched(self, night: House) -> None:
        record(night, number="A")
        before = list(Penalty.objects.values())
        record(night, number="B")
        assert list(Penalty.objects.filter(employee__number="A").values()) == before

    def test_poaching_costs_twice_the_spend_and_waits_while_it_is_not_known(self, night: House) -> None:
        record(night, "4.4", booking=settled(night, "B", spend="3389"))
        record(night, "4.4", booking=seated(night, "B", "A2"))
        assert penalties() == [("A", "4.4", Decimal("6778.00"), STATE.CHARGED)]

    def test_the_poached_booking_may_stand_for_the_poacher_and_be_of_another_day(self, night: House) -> None:
        booking = settled(night, "A")
        tomorrow = DAY + timedelta(days=1)
        record(night, "4.4", booking=booking, day=tomorrow, now=at(24 * 60))
        assert Penalty.objects.get(article="4.4").business_day == tomorrow

    def test_what_belongs_to_another_article_is_not_kept(self, night: House) -> None:
        report = record(night, "5.A", booking=settled(night), amount=Decimal(5))
        assert (report.booking, report.amount) == (None, None)

    def test_numbers_go_on_and_are_never_given_twice(self, night: House) -> None:
        first, second = record(night), record(night)
        assert (first.number, second.number) == ("W261121-R001", "W261121-R002")
        withdraw_report(report=second, user=floor_manager(night), now=at(130), reason="看错人")
        assert record(night).number == "W261121-R003"

    def test_each_event_is_recorded(self, night: House) -> None:
        record(night, "5.C")
        record(night, "5.C")
        assert len(penalties()) == 2

    def test_who_recorded_it_stays_in_its_history(self, night: House) -> None:
        report = record(night)
        assert Report.history.get(id=report.pk).history_user == floor_manager(night)

    def test_drafts_of_the_month_are_stale(self, night: House) -> None:
        before = Month.objects.filter(venue=night.venue).values_list("revision", flat=True)
        known = before.first() or 0
        record(night)
        assert (before.first() or 0) > known

    @pytest.mark.parametrize(
        ("article", "more", "words"),
        [
            ("4.1", {"amount": Decimal("88.5")}, "4.1, ¥88.50"),
            ("4.5", {}, "your sales of that day do not count"),
            ("4.7", {}, "4.7, ¥0.00"),
            ("5.F", {}, "5.F, ¥0.00"),
        ],
    )
    def test_the_person_is_told_once(self, night: House, article: str, more: dict[str, Any], words: str) -> None:
        record(night, article, **more)
        message = Message.objects.get()
        assert message.user == user_of(night, "A")
        page = owning(night, "A", "en").get(address(night, "messages"))
        assert words in text_of(page)
        assert "2026" in text_of(page)

    def test_a_fine_that_waits_says_for_what(self, night: House) -> None:
        booking = seated(night, "B")
        record(night, "4.4", booking=booking)
        assert booking.number in str(Message.objects.get())

    def test_somebody_without_a_user_is_recorded_all_the_same(self, night: House) -> None:
        night.venue.employees.filter(number="A").update(user=None)
        record(night)
        assert not Message.objects.exists()
        assert Report.objects.count() == 1


class TestRefused:
    @pytest.mark.parametrize("article", ["1.2.D", "3.2", "4.2", "4.3", "4.6", "4.9", "9.9", ""])
    def test_what_nobody_reports(self, night: House, article: str) -> None:
        self.refused(night, article)

    def test_tips_without_the_amount(self, night: House) -> None:
        self.refused(night, "4.1")

    def test_a_negative_amount(self, night: House) -> None:
        self.refused(night, "4.1", amount=Decimal("-0.01"))

    def test_poaching_without_the_booking_or_with_another_venues(self, night: House, tmp_path: Path) -> None:
        self.refused(night, "4.4")
        self.refused(night, "4.4", booking=settled(opened(House(tmp_path, "other"), "X"), "X"))

    def test_a_second_poaching_of_one_booking_by_one_person(self, night: House) -> None:
        booking = settled(night, "C")
        record(night, "4.4", booking=booking)
        record(night, "4.4", "B", booking=booking)
        with pytest.raises(Refused, match="已"):
            record(night, "4.4", booking=booking)
        assert Report.objects.count() == 2

    @pytest.mark.parametrize("article", ["4.1", "4.4", "4.5", "4.7", "4.8"])
    def test_a_violation_of_chapter_4_without_words(self, night: House, article: str) -> None:
        self.refused(night, article, note=" ", amount=Decimal(5), booking=settled(night))

    @pytest.mark.parametrize("article", CONDUCT_ARTICLES)
    def test_chapter_5_needs_no_words(self, night: House, article: str) -> None:
        record(night, article, note="")

    def test_a_day_that_has_not_begun(self, night: House) -> None:
        self.refused(night, day=DAY + timedelta(days=1))
        record(night, day=DAY)
        self.refused(night, day=DAY, now=at(-8 * 60 - 1))
        record(night, day=DAY, now=at(-8 * 60))

    def test_somebody_not_employed_that_day(self, night: House) -> None:
        night.venue.employees.filter(number="A").update(left_on=DAY, exit_kind="resigned")
        record(night, day=DAY)
        self.refused(night, day=DAY + timedelta(days=1), now=at(24 * 60))
        self.refused(night, day=date(2024, 12, 31))

    def test_somebody_of_another_venue(self, night: House, tmp_path: Path) -> None:
        other = opened(House(tmp_path, "other"), "X")
        with pytest.raises(Refused):
            record_report(
                venue=night.venue, employee=employee_of(other, "X"), user=floor_manager(night), day=DAY,
                article="5.F", now=at(120),
            )  # fmt: skip

    def test_ones_own(self, night: House) -> None:
        own = user_of(night, "A")
        grant_role(venue=night.venue, user=own, role=Role.FLOOR_MANAGER)
        self.refused(night, user=own)
        record(night, number="B", user=own)

    @pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.HOST, Role.HR, Role.OWNER])
    def test_by_anybody_but_the_floor_manager(self, night: House, role: Role) -> None:
        user = User.objects.create(username="other")
        grant_role(venue=night.venue, user=user, role=role)
        self.refused(night, user=user)

    def test_a_locked_month(self, night: House) -> None:
        report = record(night)
        Month.objects.update(state=Month.State.LOCKED)
        with pytest.raises(MonthLocked):
            record(night)
        with pytest.raises(MonthLocked):
            withdraw_report(report=report, user=floor_manager(night), now=at(130), reason="看错人")
        assert Report.objects.count() == 1

    def refused(self, house: House, article: str = "5.F", **more: Any) -> None:
        before = Report.objects.count()
        with pytest.raises(Refused):
            record(house, article, **more)
        assert Report.objects.count() == before


class TestTheSameAgain:
    """One person, one article, one day: it may have happened twice, or been sent twice."""

    def test_it_is_asked_about_and_recorded_once_that_is_meant(self, night: House) -> None:
        first = record(night, sure="")
        with pytest.raises(Doubtful, match=first.number) as asked:
            record(night, sure="")
        assert Report.objects.count() == 1
        record(night, sure=asked.value.key)
        with pytest.raises(Doubtful):
            record(night, sure=asked.value.key)  # a third was not asked about
        assert Report.objects.count() == 2

    @pytest.mark.parametrize("other", [{"number": "B"}, {"article": "5.A"}, {"day": DAY - timedelta(1)}])
    def test_another_person_article_or_day_is_not_asked_about(self, night: House, other: dict[str, Any]) -> None:
        record(night, sure="")
        record(night, **({"sure": ""} | other))
        assert Report.objects.count() == 2

    def test_the_page_asks_with_all_that_was_typed(self, night: House, floor: Client) -> None:
        data = {"employee": employee_of(night, "A").pk, "day": DAY.isoformat(), "article": "5.F", "note": "又一次"}
        where = address(night, "violation_new")
        with clock():
            seen = tree(floor.post(where, data)).xpath("//input[@name='seen']/@value")[0]
            floor.post(where, data | {"seen": seen})
            page = floor.post(where, data | {"seen": seen})
            assert page.status_code == 409
            assert "5.F is recorded of 员工A" in text_of(page, "//*[@data-question]")
            (sure,) = tree(page).xpath("//input[@name='sure']/@value")
            assert tree(page).xpath("//*[@name='note']/@value | //*[@name='note']/text()")[0].strip() == "又一次"
            done = floor.post(where, data | {"seen": seen, "sure": sure}, follow=True)
        assert Report.objects.count() == 2
        assert "员工A" in text_of(done)

    def test_whom_no_message_reaches_is_named(self, night: House, floor: Client) -> None:
        data = {"mark": [f"{employee_of(night, number).pk}:5.F" for number in "AB"]}
        User.objects.filter(pk=user_of(night, "A").pk).update(last_login=at(0))
        with clock():
            page = floor.post(address(night, "violation_checklist"), data, follow=True)
        assert "1 has no role here or has never signed in, and reads no message; tell them by word: 员工B." in text_of(
            page
        )


class TestPhoto:
    def test_it_is_kept_anew_under_a_name_that_says_nothing(self, night: House) -> None:
        report = record(night, photo=photo("../secret.png", "PNG"))
        assert report.photo.name.startswith("papers/")
        assert report.photo.name.endswith(".jpg")
        assert "secret" not in report.photo.name

    @pytest.mark.parametrize(
        "content", [b"", b"%PDF-1.7 x", b"<svg onload=alert(1)>", b"GIF89a", b"\xff\xd8\xff broken"]
    )
    def test_what_is_no_photo_is_refused_whatever_its_name(self, night: House, content: bytes) -> None:
        with pytest.raises(Refused):
            record(night, photo=SimpleUploadedFile("shoe.jpg", content, content_type="image/jpeg"))
        assert not Report.objects.exists()

    def test_who_records_who_sees_all_pay_and_the_person_may_look_at_it(self, night: House) -> None:
        report = record(night, photo=photo())
        seen = address(night, "violation_photo", report.pk)
        clients = {
            "floor": signed_in(floor_manager(night)), "hr": as_role(night, Role.HR),
            "owner": as_role(night, Role.OWNER),
            "own": owning(night, "A"), "colleague": owning(night, "B"), "host": signed_in(host(night)),
        }  # fmt: skip
        answers = {name: client.get(seen).status_code for name, client in clients.items()}
        assert answers == {"floor": 200, "hr": 200, "owner": 200, "own": 200, "colleague": 404, "host": 404}

    def test_it_is_served_as_a_picture_that_can_do_nothing(self, night: House) -> None:
        report = record(night, photo=photo())
        page = signed_in(floor_manager(night)).get(address(night, "violation_photo", report.pk))
        assert page["Content-Type"] == "image/jpeg"
        assert page["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in page["Cache-Control"]
        assert "sandbox" in page["Content-Security-Policy"]
        assert "default-src 'none'" in page["Content-Security-Policy"]

    def test_one_that_is_none_or_another_venues_does_not_exist(self, night: House, tmp_path: Path) -> None:
        without = record(night)
        foreign = record(opened(House(tmp_path, "other"), "X"), number="X", photo=photo())
        client = signed_in(floor_manager(night))
        # The floor manager works at both: the other venue's photo is not found at this one's address.
        for pk in (without.pk, foreign.pk, 0, 2**63 - 1, 2**63, 10**30):
            assert client.get(address(night, "violation_photo", pk)).status_code == 404
            assert pk == without.pk or client.get(address(night, "violation_withdraw", pk)).status_code == 404

    def test_taken_back_its_file_is_deleted(self, night: House, django_capture_on_commit_callbacks: Any) -> None:
        report = record(night, photo=photo())
        name = report.photo.name
        assert default_storage.exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_report(report=report, user=floor_manager(night), now=at(130), reason="看错人")
        assert not default_storage.exists(name)


class TestTakingBack:
    def test_the_fine_is_withdrawn_the_trace_stays_and_the_person_is_told(self, night: House) -> None:
        report = record(night, "4.1", amount=Decimal(88))
        withdraw_report(report=report, user=floor_manager(night), now=at(130), reason="看错人")
        assert penalties() == [("A", "4.1", Decimal("88.00"), STATE.WITHDRAWN)]
        trace = Report.history.filter(number=report.number).latest("history_id")
        assert (trace.history_type, trace.history_user, trace.history_change_reason) == (
            "-", floor_manager(night), "看错人",
        )  # fmt: skip
        assert report.number in str(Message.objects.latest("pk"))

    def test_not_without_a_reason_not_twice_not_ones_own(self, night: House) -> None:
        report = record(night)
        same = Report.objects.get(pk=report.pk)
        own = user_of(night, "A")
        grant_role(venue=night.venue, user=own, role=Role.FLOOR_MANAGER)
        for options in ({"reason": " "}, {"user": own}, {"user": host(night)}):
            with pytest.raises(Refused):
                withdraw_report(**{
                    "report": report, "user": floor_manager(night), "now": at(130), "reason": "看错人", **options,
                })  # type: ignore[arg-type]  # fmt: skip
        withdraw_report(report=report, user=floor_manager(night), now=at(130), reason="看错人")
        with pytest.raises(Refused):
            withdraw_report(report=same, user=floor_manager(night), now=at(130), reason="看错人")

    def test_on_its_page(self, night: House, floor: Client) -> None:
        report = record(night)
        where = address(night, "violation_withdraw", report.pk)
        with clock():
            assert "required" in text_of(floor.post(where, {"reason": " "}))
            page = floor.post(where, {"reason": "看错人"}, follow=True)
        assert "W261121-R001 is taken back." in text_of(page)
        assert not Report.objects.exists()


class TestCheck:
    def save(self, client: Client, house: House, *marks: str, **more: str) -> Any:
        keys = [f"{employee_of(house, mark[0]).pk}:{mark[2:]}" for mark in marks]
        with clock():
            return client.post(address(house, "violation_checklist"), {"mark": keys, **more}, follow=True)

    def test_one_save_records_all_that_is_ticked(self, night: House, floor: Client) -> None:
        page = self.save(floor, night, "A 5.D", "A 5.F", "B 5.F")
        assert "3 notes are recorded." in text_of(page)
        assert [row[:3] for row in penalties()] == [
            ("A", "5.D", Decimal("0.00")), ("A", "5.F", Decimal("0.00")), ("B", "5.F", Decimal("0.00")),
        ]  # fmt: skip
        assert Message.objects.count() == 3

    def test_saved_again_it_doubles_nothing(self, night: House, floor: Client) -> None:
        self.save(floor, night, "A 5.D")
        page = self.save(floor, night, "A 5.D", "A 5.D", "A 5.E")
        assert "1 note is recorded." in text_of(page)
        assert sorted(Report.objects.values_list("article", flat=True)) == ["5.D", "5.E"]
        assert Message.objects.count() == 2

    def test_what_is_recorded_is_ticked_and_stays(self, night: House, floor: Client) -> None:
        self.save(floor, night, "A 5.D")
        with clock():
            page = floor.get(address(night, "violation_checklist"), {"all": "1"})
        ticked = tree(page).xpath("//input[@name='mark'][@checked]/@value")
        assert ticked == [f"{employee_of(night, 'A').pk}:5.D"]
        assert len(tree(page).xpath("//input[@name='mark']")) == 3 * len(CONDUCT_ARTICLES)

    def test_it_lists_who_is_on_shift_and_the_others_on_request(self, night: House, floor: Client) -> None:
        Punch.objects.create(employee=employee_of(night, "B"), business_day=DAY, arrived_at=at(0))
        with clock():
            page = floor.get(address(night, "violation_checklist"))
            everybody = floor.get(address(night, "violation_checklist"), {"all": "1"})
        assert text_of(page, "//legend") == "员工B B"
        assert "Also the 2 who are not on shift" in text_of(page)
        assert text_of(everybody, "//legend") == "员工B B 员工A A 员工C C"

    @pytest.mark.parametrize("mark", ["nonsense", ":", "0:5.F", "-1:5.A"])
    def test_nonsense_records_nothing(self, night: House, floor: Client, mark: str) -> None:
        with clock():
            page = floor.post(address(night, "violation_checklist"), {"mark": [mark]}, follow=True)
        assert page.status_code == 200
        assert not Report.objects.exists()

    def test_another_chapter_and_ones_own_are_refused(self, night: House, floor: Client) -> None:
        assert "chapter 5" in text_of(self.save(floor, night, "A 4.5"))
        own = user_of(night, "A")
        grant_role(venue=night.venue, user=own, role=Role.FLOOR_MANAGER)
        one = employee_of(night, "A")
        with pytest.raises(Refused):
            record_conduct(venue=night.venue, user=own, day=DAY, marks=[(one, "5.F")], now=at(120))
        assert not Report.objects.exists()


class TestPage:
    def send(self, client: Client, house: House, *, twice: bool = True, **given: Any) -> Any:
        data = {
            "employee": employee_of(house, "A").pk, "day": DAY.isoformat(), "article": "5.F", "booking": "",
            "amount": "", "note": "", **given,
        }  # fmt: skip
        with clock():
            page = client.post(address(house, "violation_new"), data, follow=True)
            seen = tree(page).xpath("//input[@name='seen']/@value")
            if twice and seen:
                for sent in given.values():
                    if hasattr(sent, "seek"):
                        sent.seek(0)
                page = client.post(address(house, "violation_new"), {**data, "seen": seen[0]}, follow=True)
        return page

    def test_its_effect_is_shown_before_it_is_saved(self, night: House, floor: Client) -> None:
        booking = settled(night, "B", spend="3389")
        given = {"article": "4.4", "booking": booking.pk, "note": "拉走 B 的客人"}
        page = self.send(floor, night, twice=False, **given)
        assert not Report.objects.exists()
        assert "A fine of ¥6,778.00: 2 times the spend of A1." in text_of(page)
        assert "拉走 B 的客人" in page.content.decode(), "what was typed stays"
        page = self.send(floor, night, **given)
        assert "W261121-R001 is recorded of 员工A. A fine of ¥6,778.00" in text_of(page)
        assert Penalty.objects.get(article="4.4").amount == Decimal("6778.00")

    def test_an_effect_that_changed_in_the_meantime_is_shown_again(self, night: House, floor: Client) -> None:
        booking = seated(night, "B")
        data = {"article": "4.4", "booking": booking.pk, "note": "抢客"}
        page = self.send(floor, night, twice=False, **data)
        seen = tree(page).xpath("//input[@name='seen']/@value")[0]
        assert "waits for the spend of A1" in seen
        Booking.objects.update(spend=Decimal(100))
        page = self.send(floor, night, twice=False, **data, seen=seen)
        assert "¥200.00" in text_of(page)
        assert not Report.objects.exists()

    def test_a_photo_comes_with_it(self, night: House, floor: Client) -> None:
        page = self.send(floor, night, photo=photo())
        assert Report.objects.get().photo
        assert "Photo" in text_of(page)

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"article": ""}, "required"),
            ({"article": "4.6"}, "valid choice"),
            ({"employee": "0"}, "valid choice"),
            ({"article": "4.1", "note": "小费"}, "4.1 needs the amount"),
            ({"article": "4.1", "amount": "-3", "note": "小费"}, "greater than"),
            ({"article": "4.4", "note": "抢客"}, "4.4 needs the booking"),
            ({"article": "4.5"}, "4.5 needs a few words"),
            ({"day": "2026-11-22"}, "has not begun"),
            ({"day": "x"}, "valid date"),
            ({"photo": SimpleUploadedFile("x.jpg", b"no photo")}, "is no photo"),
        ],
    )
    def test_what_is_wrong_is_said(self, night: House, floor: Client, given: dict[str, Any], words: str) -> None:
        assert words in text_of(self.send(floor, night, **given))
        assert not Report.objects.exists()

    def test_it_is_filled_in_from_the_address(self, night: House, floor: Client) -> None:
        booking = settled(night, "B")
        where = {"employee": employee_of(night, "A").pk, "booking": booking.pk, "article": "4.4"}
        with clock():
            page = floor.get(address(night, "violation_new"), where)
        chosen = tree(page).xpath("//select/option[@selected]/@value | //select/optgroup/option[@selected]/@value")
        assert sorted(chosen) == sorted([str(where["employee"]), str(booking.pk), "4.4"])
        assert tree(page).xpath("//input[@name='day']/@value") == ["2026-11-21"]
        assert "¥2,000.00" in text_of(page)

    def test_who_is_on_shift_stands_first_and_oneself_not_at_all(self, night: House) -> None:
        own = user_of(night, "A")
        grant_role(venue=night.venue, user=own, role=Role.FLOOR_MANAGER)
        Punch.objects.create(employee=employee_of(night, "C"), business_day=DAY, arrived_at=at(0))
        with clock():
            page = signed_in(own, "en").get(address(night, "violation_new"))
        assert tree(page).xpath("//select[@name='employee']/optgroup/@label") == ["On shift", "Not on shift"]
        assert text_of(page, "//select[@name='employee']/optgroup") == "C 员工C B 员工B"

    def test_the_part_that_says_the_effect_follows_the_form(self, night: House, floor: Client) -> None:
        settled(night, "A", spend="1200")
        given = {"employee": employee_of(night, "A").pk, "day": DAY.isoformat(), "article": "4.5"}
        with clock():
            page = floor.get(address(night, "violation_effect"), given, headers=HTMX)
        assert "<html" not in page.content.decode()
        assert "¥1,200.00 so far, will not count" in text_of(page)

    @pytest.mark.parametrize(
        "given",
        [
            {"day": "nonsense", "employee": "x", "booking": "-1", "amount": "NaN", "article": "4.1"},
            {"booking": "9" * 40, "amount": "1e999999", "article": "4.1"},
            {"booking": "٣", "article": "4.4", "amount": "Infinity"},
            {"article": "<script>"},
        ],
    )
    def test_nonsense_is_no_error(self, night: House, floor: Client, given: dict[str, str]) -> None:
        with clock():
            assert floor.get(address(night, "violation_effect"), given).status_code == 200
            assert floor.get(address(night, "violation_new"), given).status_code == 200
            assert floor.get(address(night, "violations_tonight"), {"day": "x"}).status_code == 200

    def test_the_days_list_says_what_who_and_when(self, night: House, floor: Client) -> None:
        with clock():
            record(night, "4.7", note="利用漏洞\n谋私利")
            record(night, "4.4", "B", booking=held(night, "C"))
            page = floor.get(address(night, "violations_tonight"))
            empty = floor.get(address(night, "violations_tonight"), {"day": "2026-11-20"})
        for words in ("员工A", "4.7", "利用漏洞", "floor", "W261121-R001", "¥0.00", "waits for the spend"):
            assert words in text_of(page), words
        assert "Nothing is recorded of this day." in text_of(empty)

    def test_no_commission_and_no_pay_is_on_the_pages(self, night: House, floor: Client) -> None:
        with clock():
            for name in ("violation_new", "violation_checklist", "violations_tonight"):
                assert "ommission" not in text_of(floor.get(address(night, name)))


def _asked(client: Client, where: str, **given: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        page = client.get(where, given)
    assert page.status_code == 200
    assert len(queries) <= 15, [query["sql"][:100] for query in queries]
    return len(queries)


def test_a_page_needs_as_many_queries_for_3_people_as_for_30(tmp_path: Path, db: None) -> None:
    counts = []
    for code, people in (("few", 3), ("many", 30)):
        numbers = [f"P{number:02}" for number in range(people)]
        house = opened(House(tmp_path, code), numbers)  # type: ignore[arg-type]
        booking = settled(house, "P00")
        for number in numbers:
            Punch.objects.create(employee=employee_of(house, number), business_day=DAY, arrived_at=at(0))
        marks = [(employee_of(house, number), "5.F") for number in numbers]
        with CaptureQueriesContext(connection) as queries:
            record_conduct(venue=house.venue, user=floor_manager(house), day=DAY, marks=marks[:1], now=at(100))
        record_conduct(venue=house.venue, user=floor_manager(house), day=DAY, marks=marks, now=at(120))
        client = signed_in(floor_manager(house))
        person = employee_of(house, "P00").pk
        with clock():
            counts.append([
                _asked(client, address(house, "violation_new"), employee=person, article="4.5"),
                _asked(client, address(house, "violation_effect"), employee=person, article="4.4", booking=booking.pk),
                _asked(client, address(house, "violations_tonight")),
                _asked(client, address(house, "violation_checklist")),
                _asked(client, address(house, "violation_withdraw", Report.objects.latest("pk").pk)),
                len(queries),
            ])  # fmt: skip
    assert counts[0] == counts[1]
