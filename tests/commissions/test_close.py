"""A month on its way to being paid: looked at, asked about, answered, locked, reopened, corrected later."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.models import User
from accounts.permissions import Role
from attendance.models import Punch
from bookings.models import Booking
from commissions.adjustments.services import enter_amount, remove_amount
from commissions.errors import DraftChanged, NotAcknowledged, NotComputed, NotOver
from commissions.models import Acknowledgement, Answer, Bonus, DraftSent, Payslip, Withholding
from commissions.month.confirmations import answer_draft, send_draft
from commissions.month.selectors import month_payroll
from commissions.month.services import acknowledge, lock_acknowledged, mark_paid, reopen_month
from commissions.records import records_of
from commissions.runs import services
from inbox.models import Message
from rulebook.calendar import CalendarMonth, days_between
from staff.models import SensitiveAccess
from staff.services import let_go
from tests.figures import exported_figures, sheet_rows
from tests.house import AFTER, House
from tests.pages.looking import as_role, at, figures_on, owning, payslip_at, somebody, squeezed, text_of, tree
from tests.pages.sending import form_to, what_was_shown
from tests.workbooks import booking, person, punch
from venues.errors import MonthLocked, Refused
from venues.models import Month

SEPTEMBER, OCTOBER = CalendarMonth(2026, 9), CalendarMonth(2026, 10)
PAY_DAY = date(2026, 10, 15)


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AFTER, tick=False) as clock:
        yield clock


def full(month: CalendarMonth, number: str) -> list[dict[str, Any]]:
    return [punch(day, number) for day in days_between(month.first, month.last)]


@pytest.fixture(scope="module")
def drafted(kept_house: House) -> House:
    """September as a draft: A as usual, B fined beyond the wage guard's line, C joined in it."""
    kept_house.bring({
        "员工": [person(), person("B"), person("C", 入职日期=date(2026, 9, 11))],
        "打卡": [
            *full(SEPTEMBER, "A"),
            *full(SEPTEMBER, "B")[4:],
            *(punch(day, "C") for day in days_between(date(2026, 9, 11), SEPTEMBER.last)),
        ],
        "订台": [booking("B1", date(2026, 9, 3), 消费金额=50000)],
    })  # fmt: skip
    kept_house.run("2026-09")
    return kept_house


def hr_of(house: House) -> User:
    return somebody(house, Role.HR)


def payslip(house: House, number: str, month: CalendarMonth = SEPTEMBER) -> Payslip:
    return Payslip.objects.select_related("run__month__venue", "employee").get(
        run=house.current(str(month)), number=number
    )


def keys(house: House, month: CalendarMonth = SEPTEMBER) -> list[str]:
    return [card.key for card in month_payroll(house.venue, month, now=house.now).unacknowledged]


def look(house: House, month: CalendarMonth = SEPTEMBER) -> int:
    return acknowledge(venue=house.venue, month=month, user=hr_of(house), keys=keys(house, month), now=house.now)


def lock(house: House, month: CalendarMonth = SEPTEMBER) -> None:
    lock_acknowledged(venue=house.venue, month=month, user=hr_of(house), now=house.now)


def pay(house: House, month: CalendarMonth = SEPTEMBER) -> None:
    mark_paid(venue=house.venue, month=month, user=hr_of(house), on=month.next.first, now=house.now)


def answer(house: House, number: str, *, right: bool = True, words: str = "", digest: str | None = None) -> Answer:
    slip = payslip(house, number)
    owning(house, number)
    slip.employee.refresh_from_db()
    user = slip.employee.user
    assert user is not None
    return answer_draft(
        payslip=slip, user=user, digest=slip.digest if digest is None else digest, is_right=right, words=words,
        now=house.now,
    )  # fmt: skip


def enter(house: House, number: str, month: CalendarMonth, amount: str, **more: Any) -> Bonus | Withholding:
    given = {"kind": "bonus", "reason": "奖"} | more
    who = house.venue.employees.get(number=number)
    return enter_amount(
        venue=house.venue, user=hr_of(house), employee=who, month=month, amount=Decimal(amount), **given
    )


class TestNumbersBeforeTheLock:
    def test_a_card_on_two_people_is_hinted_at_and_one_persons_two_employments_are_not(self, drafted: House) -> None:
        first, second = drafted.venue.employees.order_by("number")[:2]
        for one in (first, second):
            one.bank_account = "6222021234567890149"
            one.save()
        page = text_of(as_role(drafted, Role.HR).get(at(drafted, "payroll_month", SEPTEMBER)))
        assert f"{second.number} {second.name} 的银行卡号相同" in page
        assert page.count("银行卡号的校验位不对") == 2
        assert "4 个号码发工资前需与银行卡、证件核对" in page


class TestWhatIsKeptOfAMonth:
    """What the draft tells is kept between looks, and what is shown is still what a page that is made anew shows."""

    VIEWS = (("en", ""), ("zh-hans", ""), ("en", "?sort=-net"), ("en", "?odd=true"))

    @staticmethod
    def seen(house: House, role: Role, language: str, query: str) -> str:
        page = as_role(house, role, language).get(at(house, "payroll_month", SEPTEMBER) + query)
        assert page.status_code == 200
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())

    def anew(self, *one: Any) -> str:
        cache.clear()
        return self.seen(*one)

    def test_nothing_that_is_shown_is_older_than_the_records(self, drafted: House) -> None:
        b = drafted.venue.employees.get(number="B")
        said = "少一桌 <b>"
        leaving = {"kind": "resigned", "noticed_on": None, "reason": "moves", "records": records_of}
        acts: tuple[tuple[Callable[[], object], str], ...] = (
            (lambda: answer(drafted, "A"), "1 confirmed, 0 objected"),
            (lambda: answer(drafted, "B", right=False, words=said), escape(said)),
            (lambda: look(drafted), "looked at by"),
            (lambda: let_go(employee=b, user=hr_of(drafted), last_day=SEPTEMBER.last, **leaving), "Last day"),
            (lambda: (enter(drafted, "A", SEPTEMBER, "1234.56"), drafted.run("2026-09")), "1,234.56"),
            (lambda: (look(drafted), lock(drafted)), "Mark as paid"),
        )
        looks = [(role, *view) for role in (Role.OWNER, Role.HR) for view in self.VIEWS]
        for act, word in acts:
            before = [self.seen(drafted, *one) for one in looks]  # now all of it is kept
            act()
            found = [self.seen(drafted, *one) for one in looks]
            assert word not in before[looks.index((Role.HR, "en", ""))]
            assert word in found[looks.index((Role.HR, "en", ""))]
            assert found == [self.anew(drafted, *one) for one in looks]

    def test_the_payslips_are_read_once_for_all_who_look(self, drafted: House) -> None:
        asked = []
        for role in (Role.HR, Role.OWNER, Role.HR):
            client = as_role(drafted, role)
            with CaptureQueriesContext(connection) as queries:
                client.get(at(drafted, "payroll_month", SEPTEMBER))
            asked.append([one["sql"] for one in queries if 'FROM "commissions_payslip"' in one["sql"]])
        assert [len(one) for one in asked] == [3, 0, 0]


class TestLooking:
    def titles(self, house: House) -> set[tuple[str, str]]:
        cards = month_payroll(house.venue, SEPTEMBER, now=house.now).odd
        return {(card.number, card.icon) for card in cards}

    def test_the_guard_and_who_joined_are_odd(self, drafted: House) -> None:
        assert {("B", "shield-exclamation"), ("C", "user-plus")} <= self.titles(drafted)
        assert not {number for number, _icon in self.titles(drafted)} & {"A"}

    def test_a_large_change_is_odd_and_a_small_one_is_not(self, drafted: House) -> None:
        drafted.bring({"打卡": full(CalendarMonth(2026, 8), "A") + full(CalendarMonth(2026, 8), "B")})
        drafted.run("2026-08")
        drafted.run("2026-09")
        assert ("A", "arrows-up-down") not in self.titles(drafted), "300 of 3,000 more"
        enter(drafted, "A", SEPTEMBER, "700")
        drafted.run("2026-09")
        assert ("A", "arrows-up-down") in self.titles(drafted), "1,000 of 3,000 more"

    def test_who_left_and_who_gets_nothing_are_odd(self, drafted: House) -> None:
        leaver = person("D", 离职日期=date(2026, 9, 2), 离职类型="辞职", 离职申请日期=date(2026, 8, 1))
        drafted.bring({"员工": [leaver]})
        drafted.run("2026-09")
        assert {("D", "arrow-right-start-on-rectangle"), ("D", "minus-circle")} <= self.titles(drafted)

    def test_the_page_locks_once_each_odd_thing_was_looked_at_and_the_command_without(self, drafted: House) -> None:
        with pytest.raises(NotAcknowledged):
            lock(drafted)
        assert drafted.venue.months.get(first_day=SEPTEMBER.first).state == Month.State.OPEN
        first, *_rest = keys(drafted)
        acknowledge(venue=drafted.venue, month=SEPTEMBER, user=hr_of(drafted), keys=[first], now=drafted.now)
        with pytest.raises(NotAcknowledged):
            lock(drafted)
        assert look(drafted) > 0
        lock(drafted)
        assert drafted.venue.months.get(first_day=SEPTEMBER.first).state == Month.State.LOCKED

    def test_looked_at_twice_is_looked_at_once_and_what_is_not_shown_is_nothing(self, drafted: House) -> None:
        shown = keys(drafted)
        both = [shown[0], shown[0], "x" * 32]
        for _again in range(2):
            done = acknowledge(venue=drafted.venue, month=SEPTEMBER, user=hr_of(drafted), keys=both, now=drafted.now)
            assert done == 1
        assert Acknowledgement.objects.count() == 1

    def test_a_look_outlasts_a_computation_with_the_same_figures_and_lapses_with_others(self, drafted: House) -> None:
        look(drafted)
        drafted.run("2026-09")
        assert keys(drafted) == []
        drafted.bring({"打卡": [punch(date(2026, 9, 20), "B", 上班="20:10")]})
        drafted.run("2026-09")
        odd = month_payroll(drafted.venue, SEPTEMBER, now=drafted.now).unacknowledged
        assert {card.number for card in odd} == {"B"}

    def test_a_draft_of_a_month_under_way_is_not_looked_at(self, drafted: House) -> None:
        drafted.now = AFTER.replace(year=2026, month=9, day=20)
        drafted.run("2026-09")
        with pytest.raises(NotOver):
            look(drafted)

    def test_only_who_locks_looks_and_a_locked_month_is_not_looked_at(self, drafted: House) -> None:
        with pytest.raises(Refused):
            acknowledge(
                venue=drafted.venue, month=SEPTEMBER, user=somebody(drafted, Role.OWNER), keys=[], now=drafted.now
            )
        look(drafted)
        lock(drafted)
        with pytest.raises(Refused):
            acknowledge(venue=drafted.venue, month=SEPTEMBER, user=hr_of(drafted), keys=["x"], now=drafted.now)

    def test_the_second_of_two_who_lock_is_told_that_it_is_locked(self, drafted: House) -> None:
        look(drafted)
        lock(drafted)
        with pytest.raises(MonthLocked):
            lock(drafted)
        assert [row.state for row in drafted.venue.months.get(first_day=SEPTEMBER.first).history.all()] == ["locked"]


class TestDigest:
    def test_a_draft_computed_again_has_the_same_figures_and_digests(self, drafted: House) -> None:
        columns = ("number", "net", "gross", "deductions", "sales", "digest")
        before = list(Payslip.objects.filter(run=drafted.current("2026-09")).order_by("number").values(*columns))
        drafted.run("2026-09")
        after = list(Payslip.objects.filter(run=drafted.current("2026-09")).order_by("number").values(*columns))
        assert after == before
        assert all(slip["digest"] for slip in after)

    def test_one_fen_is_another_digest(self, drafted: House) -> None:
        before = payslip(drafted, "A").digest
        enter(drafted, "A", SEPTEMBER, "0.01")
        drafted.run("2026-09")
        assert payslip(drafted, "A").digest != before
        assert payslip(drafted, "A").digest != ""


class TestAnswers:
    def test_everybody_who_signs_in_is_asked_once_and_again_where_their_payslip_has_changed(
        self, drafted: House
    ) -> None:
        for number in ("A", "B"):
            owning(drafted, number)

        def send() -> int | None:
            reach = send_draft(venue=drafted.venue, month=SEPTEMBER, user=hr_of(drafted), now=drafted.now)
            assert reach is None or reach.others == ("员工C",), "who has no sign-in is named each time"
            return reach.told if reach else None

        assert send() == 2
        told = Message.objects.get(user__username="user-A")
        assert told.path == payslip_at(drafted, "2026-09", "A")
        assert send() is None, "once a draft"
        answer(drafted, "A")
        drafted.run("2026-09")
        assert send() is None, "computed again it is the same for B, who did not answer"
        assert Message.objects.filter(key__startswith="draft:").count() == 2
        assert DraftSent.objects.count() == 1
        enter(drafted, "A", SEPTEMBER, "1")
        with pytest.raises(NotComputed):
            send()
        drafted.run("2026-09")
        assert send() == 1
        assert Message.objects.filter(user__username="user-A", key__startswith="draft:").count() == 2

    def test_the_page_says_how_many_were_asked_and_names_whom_no_message_reaches(self, drafted: House) -> None:
        owning(drafted, "A")
        somebody(drafted, Role.ACCOUNT_MANAGER, "user-B")
        drafted.venue.employees.filter(number="B").update(user=User.objects.get(username="user-B"))
        client = as_role(drafted, Role.HR, "en")
        send = at(drafted, "payroll_send", "2026-09")
        shown = what_was_shown(client, send, {})
        page = client.post(send, shown, follow=True)
        assert "1 person was asked." in text_of(page)
        assert "2 have no role here or have never signed in, and read no message; tell them by word: 员工B, 员工C." in (
            text_of(page)
        )
        assert Message.objects.filter(user__username="user-B").exists(), "it is there once B signs in"
        assert tree(page).xpath("//form[contains(@action, '/send/')]") == [], (
            "the button is gone until there is another"
        )
        assert "Everybody was asked about this draft already" in text_of(client.post(send, shown, follow=True))

    def test_nobody_is_asked_about_another_draft_than_the_page_showed(self, drafted: House) -> None:
        owning(drafted, "A")
        client = as_role(drafted, Role.HR, "en")
        send = at(drafted, "payroll_send", "2026-09")
        shown = what_was_shown(client, send, {})
        enter(drafted, "A", SEPTEMBER, "1")
        drafted.now += timedelta(hours=1)
        drafted.run("2026-09")
        assert "This was changed since you opened it." in text_of(client.post(send, shown, follow=True))
        assert not DraftSent.objects.exists()
        assert "1 person was asked." in text_of(client.post(send, follow=True))

    def test_an_answer_outlasts_a_computation_with_the_same_figures_and_lapses_with_others(
        self, drafted: House
    ) -> None:
        answer(drafted, "A")
        drafted.run("2026-09")
        assert month_payroll(drafted.venue, SEPTEMBER, now=drafted.now).answers.confirmed == 1
        enter(drafted, "A", SEPTEMBER, "1")
        drafted.run("2026-09")
        assert month_payroll(drafted.venue, SEPTEMBER, now=drafted.now).answers.confirmed == 0

    def test_an_objection_needs_words_comes_to_hr_and_is_odd(self, drafted: House) -> None:
        with pytest.raises(Refused):
            answer(drafted, "A", right=False, words=" ")
        hr = hr_of(drafted)
        answer(drafted, "A", right=False, words="少一桌")
        message = Message.objects.get(user=hr)
        assert "少一桌" in message.basis["words"]
        assert message.path == payslip_at(drafted, "2026-09", "A")
        (card,) = [card for card in month_payroll(drafted.venue, SEPTEMBER, now=drafted.now).odd if card.number == "A"]
        assert "少一桌" in card.text
        look(drafted)
        lock(drafted)  # who objects is heard, and does not hold the month up

    def test_who_says_nothing_does_not_hold_the_month_up(self, drafted: House) -> None:
        owning(drafted, "A")
        send_draft(venue=drafted.venue, month=SEPTEMBER, user=hr_of(drafted), now=drafted.now)
        look(drafted)
        lock(drafted)

    def test_the_last_answer_stands_and_each_is_traced(self, drafted: House) -> None:
        answer(drafted, "A", right=False, words="少一桌")
        answer(drafted, "A")
        found = Answer.objects.get()
        assert (found.state, found.words) == ("confirmed", "")
        assert [row.state for row in found.history.order_by("history_id")] == ["objected", "confirmed"]
        assert all(row.history_user.username == "user-A" for row in found.history.all())

    def test_nobody_answers_for_another_of_another_draft_or_of_a_locked_month(self, drafted: House) -> None:
        slip = payslip(drafted, "A")
        with pytest.raises(Refused):
            answer_draft(payslip=slip, user=hr_of(drafted), digest=slip.digest, is_right=True, now=drafted.now)
        with pytest.raises(DraftChanged):
            answer(drafted, "A", digest="0" * 16)
        look(drafted)
        lock(drafted)
        with pytest.raises(MonthLocked):
            answer(drafted, "A")

    def test_a_payslip_from_before_answers_were_kept_is_neither_sent_nor_answered(self, drafted: House) -> None:
        Payslip.objects.update(digest="")
        with pytest.raises(NotComputed):
            send_draft(venue=drafted.venue, month=SEPTEMBER, user=hr_of(drafted), now=drafted.now)
        with pytest.raises(DraftChanged):
            answer(drafted, "A")
        page = owning(drafted, "A").get(payslip_at(drafted, "2026-09", "A"))
        assert tree(page).xpath("//form[contains(@action, '/answer/')]") == []
        assert month_payroll(drafted.venue, SEPTEMBER, now=drafted.now).answers.silent == 3


class TestOnThePhone:
    def test_somebody_confirms_and_hr_sees_it_in_the_table(self, drafted: House) -> None:
        client = owning(drafted, "A", "en")
        address = payslip_at(drafted, "2026-09", "A")
        page = client.get(address)
        (form,) = tree(page).xpath("//form[contains(@action, '/answer/')]")
        digest = form.xpath(".//input[@name='digest']/@value")[0]
        done = client.post(form.get("action"), {"digest": digest, "answer": "right"}, follow=True)
        assert "You have confirmed this draft." in text_of(done)
        month = as_role(drafted, Role.HR, "en").get(at(drafted, "payroll_month", SEPTEMBER))
        said = {
            row.xpath("./th//small")[0].text.strip(): " ".join("".join(row.xpath("./td")[-1].itertext()).split())
            for row in tree(month).xpath("//tbody[@class='slip']/tr")
        }
        assert said == {"A": "confirmed", "B": "— no answer", "C": "— no answer"}
        assert "1 confirmed, 0 objected" in text_of(month, "//tfoot")

    def test_who_objects_without_words_or_to_an_older_draft_is_told_what_to_do(self, drafted: House) -> None:
        client = owning(drafted, "A", "en")
        address = at(drafted, "payslip_answer", SEPTEMBER, payslip(drafted, "A").employee_id)
        digest = payslip(drafted, "A").digest
        for given, told in (
            ({"digest": digest, "answer": "wrong", "words": ""}, "Say what is wrong."),
            ({"digest": "0" * 16, "answer": "right"}, "The draft has changed since you looked at it."),
            ({"digest": "", "answer": "right"}, "nothing was done"),
            ({"digest": digest, "answer": "maybe"}, "nothing was done"),
        ):
            assert told in text_of(client.post(address, given, follow=True), "//main"), given
        assert not Answer.objects.exists()


class TestAmounts:
    def test_what_is_entered_makes_the_draft_stale_and_stands_on_the_payslip(self, drafted: House) -> None:
        enter(drafted, "A", SEPTEMBER, "338.50", kind="social_insurance", reason="")
        assert drafted.current("2026-09").is_stale
        drafted.run("2026-09")
        assert payslip(drafted, "A").withheld == Decimal("338.50")

    @pytest.mark.parametrize(
        "more",
        [
            {"amount": "0"}, {"amount": "-5"}, {"kind": "gift"}, {"reason": " "}, {"kind": "other", "reason": ""},
            {"month": CalendarMonth(2024, 9)}, {"corrects": CalendarMonth(2026, 8)}, {"corrects": OCTOBER},
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, drafted: House, more: dict[str, Any]) -> None:
        given = {"number": "A", "month": SEPTEMBER, "amount": "5"} | more
        with pytest.raises(Refused):
            enter(drafted, **given)
        assert not Bonus.objects.exists()
        assert not Withholding.objects.exists()

    def test_nobody_enters_or_takes_back_the_own(self, drafted: House) -> None:
        drafted.venue.employees.filter(number="A").update(user=hr_of(drafted))
        with pytest.raises(Refused):
            enter(drafted, "A", SEPTEMBER, "5")
        drafted.venue.employees.filter(number="A").update(user=None)
        row = enter(drafted, "A", SEPTEMBER, "5")
        drafted.venue.employees.filter(number="A").update(user=hr_of(drafted))
        row.employee.refresh_from_db()
        with pytest.raises(Refused):
            remove_amount(row=row, user=hr_of(drafted), reason="x")

    def test_the_same_twice_is_refused_and_a_taken_back_one_is_gone_once(self, drafted: House) -> None:
        row = enter(drafted, "A", SEPTEMBER, "5")
        with pytest.raises(Refused):
            enter(drafted, "A", SEPTEMBER, "6")
        remove_amount(row=Bonus.objects.get(), user=hr_of(drafted), reason="错了")
        with pytest.raises(Refused):
            remove_amount(row=row, user=hr_of(drafted), reason="错了")
        last = Bonus.history.order_by("history_id").last()
        assert last is not None
        assert (last.history_type, last.history_change_reason) == ("-", "错了")

    def test_a_locked_months_entries_stay_and_the_page_says_so(self, drafted: House) -> None:
        row = enter(drafted, "A", SEPTEMBER, "5")
        drafted.run("2026-09")
        look(drafted)
        lock(drafted)
        with pytest.raises(MonthLocked):
            enter(drafted, "A", SEPTEMBER, "6", reason="另一笔")
        with pytest.raises(MonthLocked):
            remove_amount(row=row, user=hr_of(drafted), reason="x")
        page = as_role(drafted, Role.HR, "en").get(at(drafted, "payroll_amounts", SEPTEMBER))
        assert "The month is not open" in text_of(page)
        assert tree(page).xpath("//main//form") == []

    def test_the_page_enters_and_takes_back(self, drafted: House) -> None:
        hr = as_role(drafted, Role.HR, "en")
        address = at(drafted, "payroll_amounts", SEPTEMBER)
        who = drafted.venue.employees.get(number="A").pk
        wrong = hr.post(address, {"employee": who, "kind": "bonus", "amount": "12.345", "reason": "x"})
        assert wrong.status_code == 200
        assert 'value="12.345"' in wrong.content.decode(), "what was typed stays"
        page = hr.post(address, {"employee": who, "kind": "advance", "amount": "200", "reason": ""}, follow=True)
        assert "\u2212200.00" in text_of(page, "//table")
        (taken,) = tree(page).xpath("//table//a/@href")
        assert "\u2212" not in text_of(hr.post(taken, {"reason": "录错"}, follow=True), "//main/div")
        assert not Withholding.objects.exists()


class TestLockedFact:
    """Through the page on which it is tried: refused, with the way out."""

    def tried(self, house: House) -> list[str]:
        hr = as_role(house, Role.HR, "en")
        where = at(house, "booking_settle", Booking.objects.get(number="B1").pk)
        day = at(house, "person_day", house.venue.employees.get(number="A").pk, "2026-09-03")
        settled = hr.post(where, {"settle-amount": "1.00", "settle-reason": "x"}, follow=True)
        punched = hr.post(day, {"what": "punch", "side": "arrival", "at": "20:40", "reason": "x"}, follow=True)
        return [text_of(settled, "//main"), text_of(punched, "//main")]

    def test_of_a_locked_month_the_owner_is_named(self, drafted: House) -> None:
        look(drafted)
        lock(drafted)
        facts = list(Booking.objects.values()), list(Punch.objects.values())
        for told in self.tried(drafted):
            assert "September 2026 is locked. Only the owner reopens it, with a reason." in told
        assert (list(Booking.objects.values()), list(Punch.objects.values())) == facts

    def test_of_a_paid_month_the_correction_is_named(self, drafted: House) -> None:
        look(drafted)
        lock(drafted)
        pay(drafted)
        facts = list(Booking.objects.values()), list(Punch.objects.values())
        for told in self.tried(drafted):
            assert "HR puts it right by a correction in a later month." in told
        assert (list(Booking.objects.values()), list(Punch.objects.values())) == facts


class TestClosing:
    @pytest.fixture
    def locked(self, drafted: House) -> House:
        look(drafted)
        lock(drafted)
        return drafted

    def posted(self, house: House, role: Role, name: str, **given: str) -> str:
        address = at(house, name, SEPTEMBER)
        return text_of(as_role(house, role, "en").post(address, given, follow=True), "//main")

    def state(self, house: House) -> str:
        return house.venue.months.get(first_day=SEPTEMBER.first).state

    def test_the_button_that_locks_is_there_once_all_was_looked_at(self, drafted: House) -> None:
        hr = as_role(drafted, Role.HR, "en")
        month = at(drafted, "payroll_month", SEPTEMBER)
        lock_link = f"//a[@href='{at(drafted, 'payroll_lock', SEPTEMBER)}']"
        page = hr.get(month)
        assert tree(page).xpath(lock_link) == []
        assert f"Lock (look at {len(keys(drafted))} first)" in text_of(page)
        assert tree(hr.get(at(drafted, "payroll_lock", SEPTEMBER))).xpath("//main//button/@disabled")
        assert "not looked at yet" in text_of(hr.post(at(drafted, "payroll_lock", SEPTEMBER), follow=True))
        hr.post(at(drafted, "payroll_acknowledge", SEPTEMBER), {"key": keys(drafted)})
        assert len(tree(hr.get(month)).xpath(lock_link)) == 1
        assert "is locked" in text_of(hr.post(at(drafted, "payroll_lock", SEPTEMBER), follow=True))
        assert self.state(drafted) == "locked"

    @pytest.mark.parametrize(("name", "page"), [("payroll_lock", "payroll_lock"), ("payroll_send", "payroll_month")])
    def test_a_draft_computed_anew_since_it_was_shown_is_neither_locked_nor_sent(
        self, drafted: House, name: str, page: str
    ) -> None:
        """What HR saw may be other figures: it is shown as it stands now, and asked again."""
        owning(drafted, "A")
        look(drafted)
        hr, address = as_role(drafted, Role.HR, "en"), at(drafted, name, SEPTEMBER)
        form = form_to(hr.get(at(drafted, page, SEPTEMBER)), address, {})
        assert form is not None
        enter(drafted, "A", SEPTEMBER, "500")
        drafted.run("2026-09")
        look(drafted)
        refused = "was changed since you opened it."
        for sent in (form.values, {"seen": ""}):
            assert refused in text_of(hr.post(address, sent, follow=True), "//main")
            assert (self.state(drafted), DraftSent.objects.count()) == ("open", 0)
        again = form_to(hr.get(at(drafted, page, SEPTEMBER)), address, {})
        assert again is not None
        hr.post(address, again.values)
        assert (self.state(drafted) == "locked") != DraftSent.objects.exists()

    def test_reopening_asks_the_owner_for_a_reason_and_is_traced(self, locked: House) -> None:
        assert self.state(locked) == "locked"
        self.posted(locked, Role.OWNER, "payroll_reopen", reason=" ")
        assert self.state(locked) == "locked"
        told = self.posted(locked, Role.OWNER, "payroll_reopen", reason="漏录社保")
        assert self.state(locked) == "open"
        assert "Reopened · 漏录社保" in told.replace(" 漏录", " · 漏录") or "漏录社保" in told
        decided = text_of(
            as_role(locked, Role.HR, "en").get(at(locked, "payroll_month", SEPTEMBER)), "//section[last()]"
        )
        assert decided.index("Reopened") < decided.index("Locked")
        assert "owner" in decided

    @pytest.mark.parametrize("on", ["2026-09-30", "2027-06-02", "x", ""])
    def test_a_month_is_paid_on_no_day_within_it_or_to_come(self, locked: House, on: str) -> None:
        self.posted(locked, Role.HR, "payroll_paid", on=on)
        assert self.state(locked) == "locked"

    def test_a_refused_day_or_reason_stays_in_the_form_and_the_refusal_beside_it(self, locked: House) -> None:
        hr = as_role(locked, Role.HR, "en").post(at(locked, "payroll_paid", SEPTEMBER), {"on": "2026-09-30"})
        assert "A month is paid after its end" in text_of(hr, "//form")
        assert 'value="2026-09-30"' in hr.content.decode()
        locked.venue.months.update_or_create(first_day=OCTOBER.first, defaults={"state": "locked"})
        owner = as_role(locked, Role.OWNER, "en").post(at(locked, "payroll_reopen", SEPTEMBER), {"reason": "漏录"})
        assert "October 2026 is locked and hangs on September 2026" in text_of(owner, "//form")
        assert 'value="漏录"' in owner.content.decode()

    def test_before_the_lock_it_says_what_people_answered_and_who_has_no_account(self, drafted: House) -> None:
        hr = as_role(drafted, Role.HR, "en")
        address = at(drafted, "payroll_lock", SEPTEMBER)
        without = text_of(hr.get(address))
        assert "have no bank account" in without
        assert "without an answer" not in without
        for number in "AB":
            owning(drafted, number)
        send_draft(venue=drafted.venue, month=SEPTEMBER, user=hr_of(drafted), now=drafted.now)
        answer(drafted, "A")
        assert "1 confirmed, 0 objected, 2 without an answer" in text_of(hr.get(address))
        for person_ in drafted.venue.employees.all():
            person_.bank_account = "6222"
            person_.save()
        drafted.run("2026-09")
        assert "bank account" not in text_of(hr.get(address))

    def test_a_paid_month_says_when_and_is_never_reopened(self, locked: House) -> None:
        told = self.posted(locked, Role.HR, "payroll_paid", on="2026-10-15")
        assert self.state(locked) == "paid"
        assert "paid on Thu 15 Oct" in told
        self.posted(locked, Role.OWNER, "payroll_reopen", reason="x")
        with pytest.raises(Refused):
            reopen_month(venue=locked.venue, month=SEPTEMBER, user=somebody(locked, Role.OWNER), reason="x", now=AFTER)
        assert self.state(locked) == "paid"
        assert "Only a locked month can be marked as paid." in self.posted(
            locked, Role.HR, "payroll_paid", on="2026-10-16"
        )

    def test_the_sheet_for_the_bank_is_of_a_locked_month_alone_and_the_workbooks_own(self, drafted: House) -> None:
        hr = as_role(drafted, Role.HR, "en")
        address = at(drafted, "payroll_bank", SEPTEMBER)
        assert "September 2026 is not locked" in text_of(hr.get(address, follow=True))
        look(drafted)
        lock(drafted)
        page = hr.get(address)
        assert page["Content-Disposition"] == 'attachment; filename="main-2026-09-bank.xlsx"'
        path = drafted.path()
        path.write_bytes(b"".join(page.streaming_content))
        whole = drafted.export("2026-09")
        assert sheet_rows(path, "代发") == sheet_rows(whole, "代发")
        nets = {row["姓名"]: row["金额"] for row in sheet_rows(path, "代发")}
        shown = figures_on(hr.get(at(drafted, "payroll_month", SEPTEMBER)))
        assert {f"员工{number}": row[-1] for number, row in shown.items() if number != "sum"} == nets
        assert {number: figures["实发"] for number, figures in exported_figures(whole).items()} == {
            number: str(row[-1]) for number, row in shown.items() if number != "sum"
        }

    def test_hr_is_told_of_a_reopening_with_the_owners_reason(self, locked: House) -> None:
        hr = as_role(locked, Role.HR, "en")
        self.posted(locked, Role.OWNER, "payroll_reopen", reason="消费录错")
        told = text_of(hr.get(at(locked, "messages")))
        assert "has reopened September 2026: 消费录错" in told

    def test_an_excel_with_bank_accounts_is_noted_as_a_look_at_each(self, locked: House) -> None:
        Payslip.objects.filter(run__is_current=True, number="A").update(bank_account="6222000000000012")
        as_role(locked, Role.HR).get(at(locked, "payroll_bank", SEPTEMBER))
        as_role(locked, Role.OWNER).get(at(locked, "payroll_workbook", SEPTEMBER))
        looks = SensitiveAccess.objects.order_by("pk").values_list("employee__number", "what", "user__username")
        assert list(looks) == [("A", "export", "hr"), ("A", "export", "owner")]


class TestSettledSince:
    """What was settled since the draft says so at once, and no longer asks for anything."""

    def told(self, house: House) -> list[str]:
        page = tree(as_role(house, Role.HR, "en").get(at(house, "payroll_month", SEPTEMBER)))
        rows = page.xpath("//ul[contains(@class, 'settle')]/li")
        return [squeezed(" ".join(row.itertext())) for row in rows]

    def test_a_spend_and_a_punch(self, house: House) -> None:
        day = SEPTEMBER.first
        missing = [{**full(SEPTEMBER, "A")[0], "下班": None}, *full(SEPTEMBER, "A")[1:]]
        house.bring({"员工": [person("A")], "打卡": missing, "订台": [booking("B1", day, 消费金额=None)]})
        house.run("2026-09")
        assert [" Settled, to be computed" in f" {row}" for row in self.told(house)] == [False, False]
        Booking.objects.update(spend=500)
        assert sorted("Settled, to be computed" in row for row in self.told(house)) == [False, True]
        Punch.objects.filter(business_day=day).update(departure_approver="周敏")
        assert ["Settled, to be computed" in row for row in self.told(house)] == [True, True]


class TestCorrection:
    @pytest.fixture
    def paid(self, drafted: House) -> House:
        look(drafted)
        lock(drafted)
        pay(drafted)
        drafted.bring({"打卡": full(OCTOBER, "A")})
        drafted.run("2026-10")
        return drafted

    def test_a_month_that_is_not_paid_is_not_corrected(self, drafted: House) -> None:
        with pytest.raises(Refused):
            enter(drafted, "A", OCTOBER, "5", corrects=SEPTEMBER)
        look(drafted)
        lock(drafted)
        with pytest.raises(Refused):
            enter(drafted, "A", OCTOBER, "5", corrects=SEPTEMBER)

    def test_who_was_not_there_has_nothing_to_correct(self, paid: House) -> None:
        paid.bring({"员工": [person("N", 入职日期=OCTOBER.first)]})
        with pytest.raises(Refused):
            enter(paid, "N", OCTOBER, "5", corrects=SEPTEMBER)

    def test_the_paid_month_leads_to_the_form_and_the_form_names_it(self, paid: House, now: Any) -> None:
        now.move_to(AFTER.replace(year=2026, month=11, day=3))
        hr = as_role(paid, Role.HR, "en")
        (way,) = tree(hr.get(at(paid, "payroll_month", SEPTEMBER))).xpath("//a[contains(@href, '?corrects=')]/@href")
        form = hr.get(way)
        assert tree(form).xpath("//select[@name='corrects']/option[@selected]/@value") == ["2026-09"]

    @pytest.mark.parametrize(("kind", "net"), [("bonus", 200), ("other", -200)])
    def test_a_correction_stands_in_the_later_month_and_both_lead_to_each_other(
        self, paid: House, kind: str, net: int
    ) -> None:
        before = payslip(paid, "A", OCTOBER).net
        september = payslip(paid, "A")
        enter(paid, "A", OCTOBER, "200", corrects=SEPTEMBER, kind=kind, reason="补一桌")
        paid.run("2026-10")
        assert payslip(paid, "A", OCTOBER).net == before + net
        assert payslip(paid, "A").digest == september.digest, "the paid month stays"
        hr = as_role(paid, Role.HR, "en")
        later = hr.get(payslip_at(paid, "2026-10", "A"))
        line = "//details[contains(., 'corrects September 2026, which is paid')]"
        assert len(tree(later).xpath(line)) == 1
        assert tree(later).xpath(f"{line}//a/@href") == [payslip_at(paid, "2026-09", "A")]
        earlier = hr.get(payslip_at(paid, "2026-09", "A"))
        assert payslip_at(paid, "2026-10", "A") in tree(earlier).xpath("//p[contains(., 'Corrected in')]/a/@href")
        decided = text_of(hr.get(at(paid, "payroll_month", SEPTEMBER)), "//section[last()]")
        assert "Corrected in a later month" in decided
        assert f"{'−' if net < 0 else ''}¥200.00" in decided
        assert "hr" in decided

    def test_a_correction_taken_back_is_traced_too(self, paid: House) -> None:
        row = enter(paid, "A", OCTOBER, "200", corrects=SEPTEMBER)
        remove_amount(row=row, user=hr_of(paid), reason="重复")
        page = as_role(paid, Role.HR, "en").get(at(paid, "payroll_month", SEPTEMBER))
        decided = text_of(page, "//section[last()]")
        assert "Correction taken back" in decided
        assert "重复" in decided


class TestTimeLeft:
    def test_the_bar_says_how_long_it_takes_once_somebody_is_done(
        self, drafted: House, settings: Any, now: Any
    ) -> None:
        settings.PAYROLL_CHUNK_SIZE = 1
        run = services.start_run(venue=drafted.venue, month=SEPTEMBER)
        hr: Client = as_role(drafted, Role.HR, "en")
        address = at(drafted, "payroll_progress", SEPTEMBER)
        assert "left" not in text_of(hr.get(address))
        chunk = services.claim_chunk(run)
        assert chunk is not None
        services.compute_chunk(chunk)
        now.shift(timedelta(seconds=5))
        assert "1 of 3 people" in text_of(hr.get(address))
        assert "10 seconds left" in text_of(hr.get(address))
