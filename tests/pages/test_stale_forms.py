"""A form of what is stored, sent after somebody else has changed it: nothing is done, both are shown, it is asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from attendance.models import OffPost, Punch
from bookings.models import Booking, Fixture, Table
from commissions.models import Bonus, PayrollRun
from comps.models import CompItem
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from tests.accounts.test_permissions import ADDRESSES, READ_ONLY
from tests.house import House
from tests.nights import DAY, at, employee_of, floor_manager, held, opened, seated, settled
from tests.pages.looking import signed_in, somebody, text_of, tree
from tests.pages.sending import SHOWN_ON, form_to
from venues.models import CalendarDay, EventDay, Membership, Month, Night, PolicyVersion
from venues.services import grant_role, set_policy
from violations.ledger.services.waivers import waive
from violations.models import Penalty, Report
from violations.reports.services import record_report

COMING = CalendarMonth(2027, 3)
HALF_PAST_NINE, MORNING = 90, 60 * 12
"""Minutes after eight: while the guests of 21:00 sit there, and once the shift is over."""

SIGNED = {"payroll_accounts", "payroll_send", "roster_copy"}
"""Refused with the page as it stands now: tests/commissions/, tests/attendance/test_roster_pages.py."""
NOT_OF_WHAT_IS_STORED = {
    # Something more is entered.
    "book", "book_day", "door_walk_in", "request_new", "comp_ask", "violation_new", "violation_checklist", "table_new",
    "fixture_new", "comp_items", "event_day_new", "days_seed", "payroll_amounts", "person_new", "person_paper_new",
    "person_undertaking", "request_papers", "user_new", "import_page",
    # One tap that states what it finds, and is refused where that is not so any more; what is ticked or chosen carries
    # the seal of what was shown (tests/dashboards/test_board.py, tests/bookings/test_door.py, tests/comps/).
    "booking_announce", "door_arrive", "tonight_punch", "tonight_decide", "request_decide", "request_answer",
    "request_withdraw", "comp_withdraw", "rest_give_up", "roster_set", "roster_publish", "user_link",
    "user_unlink", "user_unlock",
    "ledger_reconcile", "import_again", "import_confirm", "import_throw_away", "payroll_start",
    "payroll_acknowledge", "payslip_answer",
    # What is taken away is never edited.
    "person_paper_remove", "person_undertaking_remove",
    # Looks at what is hidden, and what belongs to an account or a browser alone.
    "person_numbers", "person_paper", "user_password", "user_sessions", "usersessions_list", "account_login",
    "account_logout", "account_reset_password_from_key", "account_reauthenticate", "account_change_password",
    "mfa_authenticate", "mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "set_language", "set_theme",
    # Carries the thing's seal as its page does: tests/bookings/test_tables_pages.py.
    "floor_move",
    *SIGNED,
}  # fmt: skip
"""Addresses that take a form, but none that edits a row it has shown."""


@dataclass
class Case:
    """A form of a row: who fills it in with what, and what somebody else makes of the row meanwhile."""

    address: str
    who: Role
    row: Callable[[House], Model]
    typed: dict[str, Any]
    change: dict[str, Any] | Callable[[Any], None]
    shows: str
    args: Callable[[Any], tuple[Any, ...]] = lambda row: (row.pk,)
    page: str = ""
    page_args: Callable[[Any], tuple[Any, ...]] | None = None
    query: str = ""
    minute: int = HALF_PAST_NINE
    of: Callable[[Any], Any] = field(default=lambda row: row)

    def __str__(self) -> str:
        return f"{self.address}-{'-'.join(str(value) for value in self.typed.values())}"


def _missed(house: House) -> Booking:
    booking = held(house)
    booking.state, booking.turn = "no_show", None
    booking.save()
    return booking


def _punch(house: House) -> Punch:
    return Punch.objects.create(employee=employee_of(house, "A"), business_day=DAY, arrived_at=at(20))


def _away(house: House) -> OffPost:
    return OffPost.objects.create(employee=employee_of(house, "A"), business_day=DAY, left_at=at(30))


def _leaver(house: House) -> Employee:
    person = employee_of(house, "A")
    person.left_on, person.exit_kind = date(2026, 12, 31), "resigned"
    person.save()
    return person


def _report(house: House) -> Report:
    return record_report(
        venue=house.venue,
        employee=employee_of(house, "A"),
        user=floor_manager(house),
        day=DAY,
        article="4.1",
        amount=Decimal(100),
        note="收了小费",
        now=at(80),
    )


def _fine(house: House) -> Penalty:
    return Penalty.objects.get(report=_report(house))


def _waived(house: House) -> Penalty:
    return waive(penalty=_fine(house), user=somebody(house, Role.OWNER, "owner"), reason="首次", now=at(85))


def _version(house: House) -> PolicyVersion:
    return set_policy(venue=house.venue, month=COMING, values={"late_fine": "60"})[0]


def _stated(**values: str) -> Callable[[PolicyVersion], None]:
    return lambda version: set_policy(venue=version.venue, month=COMING, values=values) and None


def _another_role(user: User) -> None:
    grant_role(venue=Membership.objects.filter(user=user)[0].venue, user=user, role=Role.HOST)


def _bonus(house: House) -> Bonus:
    return Bonus.objects.create(
        employee=employee_of(house, "A"), month=date(2026, 11, 1), reason="全勤", amount=Decimal(100)
    )


def _drafted(state: str) -> Callable[[House], PayrollRun]:
    """October's payslips in a month of a state, computed at noon of the 1st."""

    def run_in(house: House) -> PayrollRun:
        version, _is_new = set_policy(venue=house.venue, month=CalendarMonth(2026, 10), values={})
        month, _is_new = Month.objects.get_or_create(venue=house.venue, first_day=date(2026, 10, 1))
        Month.objects.filter(pk=month.pk).update(state=state)
        month.refresh_from_db()
        noon = datetime(2026, 11, 1, 4, tzinfo=UTC)
        return PayrollRun.objects.create(
            month=month, policy_version=version, revision=month.revision, state="complete", is_current=True, as_of=noon,
            people=0, holder="", lease_until=noon, started_at=noon, finished_at=noon,
        )  # fmt: skip

    return run_in


def _computed_again(run: PayrollRun) -> None:
    PayrollRun.objects.filter(pk=run.pk).update(finished_at=datetime(2026, 11, 2, 4, tzinfo=UTC))


def _state_of_its_month(run: PayrollRun) -> str:
    return str(run.month.state)


def _roles_of(user: User) -> list[str]:
    return sorted(Membership.objects.filter(user=user).values_list("role", flat=True))


def _named(value: str) -> Callable[[Any], tuple[Any, ...]]:
    return lambda row: (getattr(row, value),)


GUEST = {"guest_name": "王女士"}
CASES = [
    Case("booking_change", Role.FLOOR_MANAGER, held, {"note": "靠窗"}, GUEST, "王女士"),
    Case("booking_cancel", Role.FLOOR_MANAGER, held, {"reason": "改期"}, GUEST, "王女士"),
    Case("booking_tab", Role.FLOOR_MANAGER, lambda house: seated(house, tab="100"), {"tab-amount": "300"},
         {"tab": Decimal(200)}, "¥200.00"),
    Case("booking_settle", Role.FLOOR_MANAGER, seated, {"settle-amount": "300"}, {"table": "A2"}, "A2"),
    Case("booking_settle", Role.FLOOR_MANAGER, settled, {"settle-amount": "300", "settle-reason": "少算"},
         {"spend": Decimal(250)}, "¥250.00"),
    Case("door_correct", Role.FLOOR_MANAGER, seated, {"at": "21:10:00", "reason": "看监控"}, {"arrived_at": at(65)},
         "21:05"),
    Case("door_move", Role.FLOOR_MANAGER, held, {"table": "A3"}, GUEST, "王女士"),
    Case("door_no_show", Role.FLOOR_MANAGER, held, {"reason": "没来"}, GUEST, "王女士"),
    Case("door_reinstate", Role.FLOOR_MANAGER, _missed, {"reason": "来了"}, GUEST, "王女士"),
    Case("table", Role.OWNER, lambda house: Table.objects.get(code="A1"), {"seats": "6"}, {"seats": 8}, "8"),
    Case("table_retire", Role.OWNER, lambda house: Table.objects.get(code="A1"), {"reason": "装修"}, {"seats": 8}, "8"),
    Case("fixture", Role.OWNER, lambda house: Fixture.objects.create(venue=house.venue, name="DJ 台", column=1, row=3),
         {"name": "舞台"}, {"name": "大舞台"}, "大舞台"),
    Case("fixture_remove", Role.OWNER,
         lambda house: Fixture.objects.create(venue=house.venue, name="DJ 台", column=1, row=3), {},
         {"name": "舞台"}, "舞台"),
    Case("comp_item", Role.OWNER, lambda house: CompItem.objects.get(name="花生"), {"price": "30", "act": "save"},
         {"price": Decimal(33)}, "¥33.00"),
    Case("comp_item", Role.OWNER, lambda house: CompItem.objects.get(name="花生"), {"act": "retire"},
         {"price": Decimal(33)}, "¥33.00"),
    Case("venue_settings", Role.OWNER, lambda house: house.venue, {"name": "新澜夜"}, {"name": "老澜夜"}, "老澜夜",
         args=lambda row: ()),
    Case("event_day", Role.OWNER, lambda house: EventDay.objects.create(venue=house.venue, date=date(2026, 12, 24)),
         {"name": "平安夜"}, {"name": "圣诞"}, "圣诞", args=_named("date")),
    Case("event_day", Role.OWNER, lambda house: EventDay.objects.create(venue=house.venue, date=date(2026, 12, 24)),
         {"remove": "1"}, {"name": "圣诞"}, "圣诞", args=_named("date")),
    Case("public_day", Role.OWNER,
         lambda house: CalendarDay.objects.create(venue=house.venue, date=date(2026, 12, 25), is_working=False),
         {"remove": "1"}, {"name": "圣诞"}, "圣诞", args=_named("date")),
    Case("public_day_set", Role.OWNER,
         lambda house: CalendarDay.objects.create(venue=house.venue, date=date(2026, 12, 25), is_working=False),
         {"name": "节"}, {"is_working": True}, "是", args=lambda row: (), page="public_day", page_args=_named("date")),
    Case("tonight_person", Role.FLOOR_MANAGER, _punch,
         {"what": "punch", "side": "arrival", "at": "20:05", "reason": "漏打"},
         {"arrived_at": at(10)}, "20:10", args=_named("employee_id")),
    Case("tonight_person", Role.FLOOR_MANAGER, _punch, {"what": "undo", "side": "arrival", "reason": "误打"},
         {"arrived_at": at(10)}, "20:10", args=_named("employee_id")),
    Case("tonight_person", Role.FLOOR_MANAGER, _punch, {"what": "vouch", "side": "arrival", "reason": "有事"},
         {"arrived_at": at(10)}, "20:10", args=_named("employee_id")),
    Case("person_day", Role.FLOOR_MANAGER, _away, {"what": "back", "at": "21:00", "reason": "补"},
         {"returned_at": at(50)}, "20:50", args=lambda row: (row.employee_id, row.business_day)),
    Case("person_day", Role.FLOOR_MANAGER, _away, {"what": "approve", "reason": "公事"},
         {"returned_at": at(50)}, "20:50", args=lambda row: (row.employee_id, row.business_day)),
    Case("close_night", Role.FLOOR_MANAGER, held, {"what": "no_show", "reason": "没来"}, GUEST, "王女士",
         args=lambda row: ()),
    Case("close_night", Role.FLOOR_MANAGER, _punch,
         {"what": "punch", "side": "departure", "at": "21:00", "reason": "补"},
         {"left_at": at(85)}, "21:25", args=lambda row: ()),
    Case("close_night", Role.FLOOR_MANAGER, _away, {"what": "back", "at": "21:00", "reason": "补"},
         {"returned_at": at(50)}, "20:50", args=lambda row: ()),
    Case("close_night_of", Role.FLOOR_MANAGER,
         lambda house: Night.objects.create(venue=house.venue, business_day=DAY, closed_at=at(MORNING - 60),
                                            closed_by=floor_manager(house), left_open=0, note="停电"),
         {"what": "close", "reason": "停电半小时"}, {"note": "停水"}, "停水", args=_named("business_day"),
         minute=MORNING),
    Case("person_file", Role.HR, lambda house: employee_of(house, "A"), {"phone": "139"},
         {"deposit": Decimal(500)}, "¥500.00"),
    Case("person_leave", Role.HR, lambda house: employee_of(house, "A"),
         {"left_on": "2026-12-31", "exit_kind": "resigned", "noticed_on": "", "reason": "回乡", "do": "1",
          "read": "2026-12-31:resigned:"}, {"deposit": Decimal(500)}, "¥500.00"),
    Case("person_stay", Role.HR, _leaver, {"reason": "留任"}, {"left_on": date(2027, 1, 31)}, "2027年1月31日"),
    Case("user_roles", Role.OWNER, lambda house: somebody(house, Role.ACCOUNT_MANAGER, "user-A"), {"roles": ["hr"]},
         _another_role, "迎宾", page="user", of=_roles_of),
    Case("user_leave", Role.OWNER, lambda house: somebody(house, Role.ACCOUNT_MANAGER, "user-A"), {"reason": "离职"},
         _another_role, "迎宾", of=_roles_of),
    Case("ledger_waive", Role.OWNER, _fine, {"reason": "首次"}, {"amount": Decimal(77)}, "¥77.00", page="ledger_fine"),
    Case("ledger_restore", Role.OWNER, _waived, {"reason": "再犯"}, {"waiver_reason": "客人求情"}, "客人求情",
         page="ledger_fine"),
    Case("violation_withdraw", Role.FLOOR_MANAGER, _report, {"reason": "看错"}, {"note": "两次"}, "两次"),
    Case("payroll_amount_remove", Role.HR, _bonus, {"reason": "重复"}, {"amount": Decimal(50)}, "¥50.00",
         args=lambda row: (CalendarMonth(2026, 11), "bonus", row.pk)),
    Case("payroll_lock", Role.HR, _drafted("open"), {}, _computed_again, "11月2日 12:00",
         args=lambda row: (CalendarMonth(2026, 10),), of=_state_of_its_month),
    Case("payroll_reopen", Role.OWNER, _drafted("locked"), {"reason": "漏了一笔"}, _computed_again, "11月2日 12:00",
         args=lambda row: (CalendarMonth(2026, 10),), of=_state_of_its_month),
    Case("payroll_paid", Role.HR, _drafted("locked"), {"on": "2026-11-15"}, _computed_again, "11月2日 12:00",
         args=lambda row: (CalendarMonth(2026, 10),), of=_state_of_its_month),
    Case("policy_version", Role.OWNER, _version, {"late_fine": "61"}, _stated(absence_fine="321"), "321",
         args=lambda row: (COMING,), of=lambda row: row.values),
    Case("policy_try", Role.OWNER, _version, {"reason": "留人"}, _stated(late_fine="70"), "70",
         args=lambda row: (COMING,), query="?late_fine=61", of=lambda row: row.values),
    Case("policy_remove", Role.OWNER, _version, {"reason": "错了"}, _stated(late_fine="70"), "70",
         args=lambda row: (COMING,)),
]  # fmt: skip


@pytest.fixture(scope="module")
def one_house(kept_house: House) -> House:
    """One house for all of them."""
    return opened(kept_house)


def test_every_form_of_what_is_stored_is_walked() -> None:
    taking = {name for name, (_args, _gets, posts) in ADDRESSES.items() if posts != READ_ONLY}
    walked = {case.address for case in CASES}
    assert walked == {*SHOWN_ON, "public_day_set"} - SIGNED
    assert walked.isdisjoint(NOT_OF_WHAT_IS_STORED)
    assert taking == walked | NOT_OF_WHAT_IS_STORED


def _stored(case: Case, row: Model) -> Any:
    now = type(row)._default_manager.filter(pk=row.pk).first()
    if now is None:
        return None
    found = case.of(now)
    if not isinstance(found, Model):
        return found
    return {one.attname: getattr(now, one.attname) for one in now._meta.concrete_fields}


def _changed(case: Case, row: Any) -> None:
    """Somebody else changes it."""
    row = type(row)._default_manager.get(pk=row.pk)
    if callable(case.change):
        return case.change(row)
    for name, value in case.change.items():
        setattr(row, name, value)
    row._history_user = User.objects.get_or_create(username="colleague", defaults={"name": "同事"})[0]
    row.save()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_change_in_between_is_shown_beside_what_was_typed_and_asked_before_anything_is_done(
    one_house: House, case: Case
) -> None:
    with time_machine.travel(at(case.minute), tick=False):
        row = case.row(one_house)
        client = signed_in(somebody(one_house, case.who, str(case.who)))
        path = reverse(case.address, args=[one_house.code, *case.args(row)]) + case.query
        shown_at = path
        if case.page or SHOWN_ON.get(case.address, case.address) != case.address:
            page_name = case.page or SHOWN_ON[case.address]
            shown_at = reverse(page_name, args=[one_house.code, *(case.page_args or case.args)(row)])
        typed = dict(case.typed)
        if case.address.startswith(("close_night", "person_day")) and "side" not in typed and typed["what"] != "close":
            typed["pk"] = str(row.pk)
        form = form_to(client.get(shown_at), path, typed)
        assert form is not None
        sent = form.values | typed
        _changed(case, row)
        stands = _stored(case, row)

        asked = client.post(path, sent)

        assert asked.status_code in (409, 422)
        assert _stored(case, row) == stands, "nothing is done"
        assert case.shows in text_of(asked, "//*[@data-question]")
        again = form_to(asked, path, typed)
        assert again is not None
        (question,) = tree(asked).xpath("//*[@data-question]")
        assert question.xpath("ancestor::form")

        done = client.post(
            path, again.values | {name: value for name, value in typed.items() if name not in again.values}
        )

        assert done.status_code == 302, text_of(done, "//main")
        assert _stored(case, row) != stands or case.address == "policy_version"


def test_what_was_not_touched_takes_what_stands_now_and_what_was_typed_stays(one_house: House) -> None:
    """Saved again, a colleague's change is not undone by a field nobody touched."""
    with time_machine.travel(at(HALF_PAST_NINE), tick=False):
        booking = held(one_house)
        client = signed_in(floor_manager(one_house), "en")
        path = reverse("booking_change", args=[one_house.code, booking.pk])
        form = form_to(client.get(path), path, {})
        assert form is not None
        sent = form.values | {"guest_name": "林太太", "slot": "22:30"}
        booking.guest_name, booking.note, booking.expected_at = "林先生全家", "蛋糕", at(200)
        booking.save()
        asked = client.post(path, sent)
        rows = {label: typed for label, *typed in map(cells, differences(asked))}
        assert rows == {
            "Guest's name": ["林先生全家", "林太太"],
            "Expected": ["21 Nov 23:20", "21 Nov 22:30"],
            "Note": ["蛋糕", "not touched"],
        }
        again = form_to(asked, path, {})
        assert again is not None
        assert (again.values["guest_name"], again.values["note"]) == ("林太太", "蛋糕")
        assert client.post(path, again.values).status_code == 302
    booking.refresh_from_db()
    assert (booking.guest_name, booking.note, booking.expected_at) == ("林太太", "蛋糕", at(150))


def differences(page: Any) -> list[Any]:
    return list(tree(page).xpath("//table[@class='differences']/tbody/tr"))


def cells(row: Any) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in row.xpath("./*")]


def test_the_same_change_made_by_somebody_else_meanwhile_asks_nothing(one_house: House) -> None:
    with time_machine.travel(at(HALF_PAST_NINE), tick=False):
        booking = held(one_house)
        client = signed_in(floor_manager(one_house))
        path = reverse("booking_change", args=[one_house.code, booking.pk])
        form = form_to(client.get(path), path, {})
        assert form is not None
        sent = form.values | {"note": "靠窗"}
        for _click in range(2):
            assert client.post(path, sent).status_code == 302
    assert booking.history.count() == 2


def test_a_number_that_is_never_shown_is_not_shown_by_the_question_either(one_house: House) -> None:
    with time_machine.travel(at(HALF_PAST_NINE), tick=False):
        person = employee_of(one_house, "A")
        client = signed_in(somebody(one_house, Role.HR, "hr"), "en")
        path = reverse("person_file", args=[one_house.code, person.pk])
        form = form_to(client.get(path), path, {})
        assert form is not None
        person.bank_account = "6222021234567890"
        person.save()
        page = client.post(path, form.values | {"phone": "139"})
    assert cells(differences(page)[0]) == ["Bank account", "not shown"]
    assert "6222021234567890" not in page.content.decode()
