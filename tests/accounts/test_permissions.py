"""Who may do what: the one table, and every address with every role."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from accounts.models import User
from accounts.permissions import CAPABILITIES, Capability, Role, capabilities_of
from attendance.models import Request
from bookings.models import Booking, Fixture, Table
from commissions.models import Bonus, PayrollRun
from commissions.runs import dispatch
from comps.models import CompItem
from rulebook.calendar import CalendarMonth
from staff.models import Employee, Paper, Undertaking
from tests.conftest import EXAMPLES
from tests.house import House
from tests.pages.looking import tree
from tests.workbooks import person
from venues.admin import PastAdmin, ReadOnlyAdmin
from venues.models import CalendarDay, EventDay, Venue
from venues.selectors import may, memberships_of
from venues.services import grant_role, set_policy
from violations.models import Penalty, Report
from workbook.models import Import

ROLES = (Role.ACCOUNT_MANAGER, Role.HOST, Role.FLOOR_MANAGER, Role.HR, Role.OWNER)
ACCOUNT_MANAGER, HOST, FLOOR_MANAGER, HR, OWNER = ROLES
ELSEWHERE = tuple(f"{role} elsewhere" for role in ROLES)
SIGNED_IN = ("nobody", "admin", *ELSEWHERE, *ROLES)
MONTH = "2026-09"


@dataclass(frozen=True)
class Answers:
    """How an address answers: each role at the venue (``default`` where not named), who has none, who is signed out.

    Somebody with a role elsewhere is as one without any, unless ``elsewhere`` says otherwise.
    """

    roles: Mapping[Role, int] = field(default_factory=dict)
    default: int = 403
    anonymous: int = 302
    nobody: int = 404
    elsewhere: int | None = None

    def to(self, who: str) -> int:
        if who in ("anonymous", "inactive"):
            return self.anonymous
        if who in ELSEWHERE and self.elsewhere is not None:
            return self.elsewhere
        return self.roles.get(Role(who), self.default) if who in set(ROLES) else self.nobody


def all_alike(anonymous: int, signed_in: int) -> Answers:
    return Answers(default=signed_in, anonymous=anonymous, nobody=signed_in)


EVERYBODYS = ("account_login", "account_logout", "set_language", "set_theme")
READ_ONLY = all_alike(405, 405)
LED_TO_ITS_PAGE = all_alike(302, 302)
"""A GET of what only takes a POST: the page says who may see it."""
FLOOR_ALONE = Answers({FLOOR_MANAGER: 200})
OWN_OR_DOOR = Answers({ACCOUNT_MANAGER: 200, HOST: 200, FLOOR_MANAGER: 200})
MANAGERS = Answers({ACCOUNT_MANAGER: 200})
OWN_OR_DECIDING = Answers({ACCOUNT_MANAGER: 200, FLOOR_MANAGER: 200, HR: 200})
FLOOR_OR_HR = Answers({FLOOR_MANAGER: 200, HR: 200})
SEES_PAY = Answers({HR: 200, OWNER: 200})
HR_ALONE = Answers({HR: 200})
HR_ACTS = Answers({HR: 302})
HR_ASKED = Answers({HR: 409})
OWNER_ACTS = Answers({OWNER: 302})
OWNERS_ASKED = Answers({OWNER: 409})  # sent without what was shown
FLOOR_OR_OWNER = Answers({FLOOR_MANAGER: 200, OWNER: 200})
AT_THE_DOOR = Answers({HOST: 200, FLOOR_MANAGER: 200})
STAFF = Answers({FLOOR_MANAGER: 200, HR: 200, OWNER: 200})
OWNER_ALONE = Answers({OWNER: 200})
OWNERS_REFUSED = Answers({OWNER: 422})
# name → (address's arguments after the venue, how it answers a GET, how a POST)
ADDRESSES: dict[str, tuple[tuple[str, ...], Answers, Answers]] = {
    "home": ((), Answers(default=302, nobody=200, elsewhere=302), READ_ONLY),
    "venue": (("main",), Answers(default=302), READ_ONLY),
    "payroll_current": (("main",), Answers({HR: 302, OWNER: 302}), READ_ONLY),
    "payroll_months": (("main",), SEES_PAY, READ_ONLY),
    "payroll_month": (("main", MONTH), SEES_PAY, READ_ONLY),
    "payroll_start": (("main", MONTH), LED_TO_ITS_PAGE, HR_ACTS),
    "payroll_progress": (("main", MONTH), SEES_PAY, READ_ONLY),
    "payroll_workbook": (("main", MONTH), SEES_PAY, READ_ONLY),
    "payroll_bank": (("main", MONTH), Answers({HR: 302, OWNER: 302}), READ_ONLY),
    "payroll_compare": (("main", MONTH), SEES_PAY, READ_ONLY),
    "payroll_acknowledge": (("main", MONTH), LED_TO_ITS_PAGE, HR_ACTS),
    "payroll_send": (("main", MONTH), LED_TO_ITS_PAGE, HR_ACTS),
    "payroll_lock": (("main", MONTH), HR_ALONE, HR_ASKED),
    "payroll_reopen": (("main", MONTH), OWNER_ACTS, OWNER_ACTS),  # back to the month, which is not locked
    "payroll_paid": (("main", MONTH), HR_ACTS, HR_ACTS),
    "payroll_accounts": (("main", MONTH), LED_TO_ITS_PAGE, HR_ACTS),
    "payroll_amounts": (("main", MONTH), HR_ALONE, HR_ALONE),
    "payroll_amount_remove": (("main", MONTH, "bonus", "entry"), HR_ALONE, HR_ALONE),
    "payslips_print": (("main", MONTH), Answers({ACCOUNT_MANAGER: 200, HR: 200, OWNER: 200}), READ_ONLY),
    "payslip_answer": (("main", MONTH, "own"), LED_TO_ITS_PAGE, Answers({ACCOUNT_MANAGER: 302})),
    "policy": (("main",), SEES_PAY, READ_ONLY),
    "policy_version": (("main", "2099-01"), SEES_PAY, OWNERS_REFUSED),
    "policy_try": (("main", "2099-01"), OWNER_ACTS, OWNER_ACTS),
    "policy_remove": (("main", "policy"), OWNER_ALONE, OWNERS_REFUSED),
    "own_pay": (("main",), MANAGERS, READ_ONLY),
    "own_fines": (("main",), MANAGERS, READ_ONLY),
    "own_fine": (("main", "own fine"), MANAGERS, READ_ONLY),
    "own_calendar_current": (("main",), Answers({ACCOUNT_MANAGER: 302}), READ_ONLY),
    "own_calendar": (("main", MONTH), MANAGERS, READ_ONLY),
    "own_bookings": (("main", MONTH), MANAGERS, READ_ONLY),
    "payslip": (("main", MONTH, "own"), Answers({ACCOUNT_MANAGER: 200, HR: 200, OWNER: 200}), READ_ONLY),
    "messages": (("main",), Answers(default=200), READ_ONLY),
    "book": (("main",), MANAGERS, MANAGERS),
    "book_day": (("main", "tomorrow"), MANAGERS, MANAGERS),
    "book_guests": (("main",), MANAGERS, READ_ONLY),
    "booking": (
        ("main", "booking"),
        Answers({ACCOUNT_MANAGER: 200, HOST: 200, FLOOR_MANAGER: 200, OWNER: 200}),
        READ_ONLY,
    ),
    "booking_change": (("main", "held"), OWN_OR_DOOR, OWN_OR_DOOR),
    "booking_cancel": (("main", "held"), OWN_OR_DOOR, OWN_OR_DOOR),
    "booking_announce": (
        ("main", "held"),
        LED_TO_ITS_PAGE,
        Answers({ACCOUNT_MANAGER: 302, HOST: 302, FLOOR_MANAGER: 302}),
    ),
    "booking_tab": (("main", "booking"), FLOOR_OR_HR, FLOOR_OR_HR),
    "booking_settle": (("main", "booking"), FLOOR_OR_HR, FLOOR_OR_HR),
    "door": (("main",), AT_THE_DOOR, READ_ONLY),
    "door_walk_in": (("main",), AT_THE_DOOR, AT_THE_DOOR),
    "door_arrive": (("main", "booking"), LED_TO_ITS_PAGE, Answers({HOST: 302, FLOOR_MANAGER: 302})),
    "door_no_show": (("main", "booking"), AT_THE_DOOR, AT_THE_DOOR),
    "door_correct": (("main", "booking"), AT_THE_DOOR, AT_THE_DOOR),
    "door_move": (("main", "booking"), AT_THE_DOOR, AT_THE_DOOR),
    "door_reinstate": (("main", "booking"), AT_THE_DOOR, AT_THE_DOOR),
    "requests": (("main",), MANAGERS, READ_ONLY),
    "request_new": (("main", "leave"), MANAGERS, MANAGERS),
    "request_price": (("main",), MANAGERS, READ_ONLY),
    "rest_give_up": (("main",), LED_TO_ITS_PAGE, Answers({ACCOUNT_MANAGER: 302})),
    "request": (("main", "request"), OWN_OR_DECIDING, READ_ONLY),
    "request_withdraw": (("main", "request"), LED_TO_ITS_PAGE, Answers({ACCOUNT_MANAGER: 302})),
    "request_answer": (("main", "request"), LED_TO_ITS_PAGE, Answers({ACCOUNT_MANAGER: 404})),
    "request_papers": (("main", "request"), LED_TO_ITS_PAGE, Answers({ACCOUNT_MANAGER: 302})),
    "request_decide": (("main", "request"), LED_TO_ITS_PAGE, FLOOR_ALONE),
    "paper": (("main", "paper"), OWN_OR_DECIDING, READ_ONLY),
    "roster_current": (("main",), Answers({FLOOR_MANAGER: 302, HR: 302, OWNER: 302}), READ_ONLY),
    "roster": (("main", MONTH), STAFF, READ_ONLY),
    "roster_person": (("main", MONTH, "own"), STAFF, READ_ONLY),
    "roster_set": (("main", MONTH), LED_TO_ITS_PAGE, Answers({FLOOR_MANAGER: 404})),
    "roster_copy": (("main", MONTH), FLOOR_ALONE, Answers({FLOOR_MANAGER: 302})),
    "roster_publish": (("main", MONTH), LED_TO_ITS_PAGE, Answers({FLOOR_MANAGER: 302})),
    "days": (("main",), STAFF, READ_ONLY),
    "event_day_new": (
        ("main",),
        Answers({FLOOR_MANAGER: 422, OWNER: 422}),
        Answers({FLOOR_MANAGER: 422, OWNER: 422}),
    ),
    "event_day": (("main", "event"), FLOOR_OR_OWNER, Answers({FLOOR_MANAGER: 302, OWNER: 302})),
    "public_day_set": (("main",), LED_TO_ITS_PAGE, Answers({FLOOR_MANAGER: 422, OWNER: 422})),
    "public_day": (("main", "holiday"), FLOOR_OR_OWNER, Answers({FLOOR_MANAGER: 302, OWNER: 302})),
    "days_seed": (("main",), LED_TO_ITS_PAGE, Answers({FLOOR_MANAGER: 302, OWNER: 302})),
    "comp_ask": (("main", "booking"), MANAGERS, Answers({ACCOUNT_MANAGER: 422})),
    "comp_withdraw": (("main", "1"), LED_TO_ITS_PAGE, Answers({ACCOUNT_MANAGER: 404})),
    "my_night": (("main",), MANAGERS, READ_ONLY),
    "tonight": (("main",), FLOOR_OR_OWNER, READ_ONLY),
    "tonight_poll": (("main",), FLOOR_OR_OWNER, READ_ONLY),
    "tonight_person": (("main", "own"), FLOOR_OR_HR, Answers({FLOOR_MANAGER: 302, HR: 302})),
    "person_day": (("main", "own", "2026-09-03"), FLOOR_OR_HR, Answers({FLOOR_MANAGER: 302, HR: 302})),
    "tonight_punch": (("main",), LED_TO_ITS_PAGE, Answers({FLOOR_MANAGER: 404, HR: 404})),
    "tonight_decide": (("main",), LED_TO_ITS_PAGE, Answers({FLOOR_MANAGER: 302})),
    "close_night": (("main",), FLOOR_ALONE, Answers({FLOOR_MANAGER: 302})),
    "close_night_of": (("main", "2026-09-20"), FLOOR_ALONE, Answers({FLOOR_MANAGER: 302})),
    "staff_current": (("main",), Answers({FLOOR_MANAGER: 302, HR: 302, OWNER: 302}), READ_ONLY),
    "staff_month": (("main", MONTH), STAFF, READ_ONLY),
    "staff_workbook": (("main", MONTH), STAFF, READ_ONLY),
    "house": (("main",), OWNER_ALONE, READ_ONLY),
    "venue_settings": (("main",), OWNER_ALONE, OWNERS_REFUSED),
    "floor_plan": (("main",), OWNER_ALONE, READ_ONLY),
    "floor_move": (("main",), LED_TO_ITS_PAGE, OWNER_ACTS),
    "table_new": (("main",), OWNER_ALONE, OWNERS_REFUSED),
    "table": (("main", "table"), OWNER_ALONE, OWNERS_REFUSED),
    "table_retire": (("main", "table"), OWNER_ALONE, OWNERS_REFUSED),
    "fixture_new": (("main",), OWNER_ALONE, OWNERS_REFUSED),
    "fixture": (("main", "fixture"), OWNER_ALONE, OWNERS_REFUSED),
    "fixture_remove": (("main", "fixture"), LED_TO_ITS_PAGE, OWNERS_ASKED),
    "comp_items": (("main",), OWNER_ALONE, OWNERS_REFUSED),
    "comp_item": (("main", "comp item"), OWNER_ALONE, OWNERS_REFUSED),
    "radar": (("main",), OWNER_ACTS, READ_ONLY),
    "radar_month": (("main", MONTH), OWNER_ALONE, READ_ONLY),
    "radar_workbook": (("main", MONTH), OWNER_ALONE, READ_ONLY),
    "violations_tonight": (("main",), FLOOR_ALONE, READ_ONLY),
    "violation_new": (("main",), FLOOR_ALONE, FLOOR_ALONE),
    "violation_effect": (("main",), FLOOR_ALONE, READ_ONLY),
    "violation_checklist": (("main",), FLOOR_ALONE, Answers({FLOOR_MANAGER: 302})),
    "violation_withdraw": (("main", "report"), FLOOR_ALONE, FLOOR_ALONE),
    "violation_photo": (("main", "report"), Answers({HOST: 404}, default=200), READ_ONLY),
    "people": (("main",), HR_ALONE, READ_ONLY),
    "person_new": (("main",), HR_ALONE, HR_ALONE),
    "access_log": (("main",), SEES_PAY, READ_ONLY),
    "person": (("main", "own"), STAFF, READ_ONLY),
    "person_file": (("main", "own"), HR_ALONE, HR_ALONE),
    "person_leave": (("main", "own"), HR_ALONE, HR_ALONE),
    "person_stay": (("main", "own"), HR_ALONE, HR_ALONE),
    "person_numbers": (("main", "own"), HR_ACTS, HR_ACTS),
    "person_paper_new": (("main", "own"), HR_ALONE, HR_ALONE),
    "person_paper": (("main", "own", "filed"), HR_ACTS, HR_ALONE),
    "person_paper_remove": (("main", "own", "filed"), HR_ALONE, HR_ALONE),
    "person_undertaking": (("main", "own"), HR_ALONE, HR_ALONE),
    "person_undertaking_print": (("main", "own"), HR_ALONE, READ_ONLY),
    "person_undertaking_remove": (("main", "own", "signed"), HR_ALONE, HR_ALONE),
    "ledger_current": (("main",), Answers({FLOOR_MANAGER: 302, HR: 302, OWNER: 302}), READ_ONLY),
    "ledger": (("main", MONTH), STAFF, READ_ONLY),
    "ledger_workbook": (("main", MONTH), STAFF, READ_ONLY),
    "ledger_reconcile": (("main", MONTH), LED_TO_ITS_PAGE, Answers({FLOOR_MANAGER: 302, HR: 302, OWNER: 302})),
    "ledger_fine": (("main", "own fine"), STAFF, READ_ONLY),
    "ledger_waive": (("main", "own fine"), LED_TO_ITS_PAGE, FLOOR_OR_OWNER),
    "ledger_restore": (("main", "own fine"), LED_TO_ITS_PAGE, OWNER_ALONE),
    "reports": (("main",), SEES_PAY, READ_ONLY),
    "report": (("main", "fines"), SEES_PAY, READ_ONLY),
    "report_workbook": (("main", "fines"), SEES_PAY, READ_ONLY),
    "import_page": (("main",), HR_ALONE, Answers({HR: 422})),
    "import_template_file": (("main",), HR_ALONE, READ_ONLY),
    "import_preview": (("main", "import"), HR_ALONE, READ_ONLY),
    "import_faults": (("main", "import"), HR_ALONE, READ_ONLY),
    "import_again": (("main", "import"), LED_TO_ITS_PAGE, HR_ACTS),
    "import_confirm": (("main", "import"), LED_TO_ITS_PAGE, HR_ACTS),
    "import_throw_away": (("main", "import"), LED_TO_ITS_PAGE, HR_ACTS),
    "users": (("main",), OWNER_ALONE, READ_ONLY),
    "user_new": (("main",), OWNER_ALONE, OWNERS_REFUSED),
    "user": (("main", "user"), OWNER_ALONE, READ_ONLY),
    "user_roles": (("main", "user"), LED_TO_ITS_PAGE, OWNER_ACTS),
    "user_leave": (("main", "user"), OWNER_ALONE, OWNERS_ASKED),
    "user_link": (("main", "user"), LED_TO_ITS_PAGE, OWNER_ACTS),
    "user_unlink": (("main", "user", "own"), LED_TO_ITS_PAGE, OWNER_ACTS),
    "user_password": (("main", "user"), OWNER_ALONE, OWNER_ALONE),
    "user_sessions": (("main", "user"), OWNER_ALONE, OWNER_ACTS),
    "user_unlock": (("main", "user"), LED_TO_ITS_PAGE, OWNER_ACTS),
    "usersessions_list": ((), all_alike(302, 200), all_alike(302, 302)),
    "account_reset_password_from_key": (("1", "abc-def"), all_alike(200, 200), all_alike(200, 200)),
    "account_login": ((), all_alike(200, 302), all_alike(200, 302)),
    "account_logout": ((), all_alike(302, 200), all_alike(302, 302)),
    "mfa_authenticate": ((), all_alike(302, 302), all_alike(302, 302)),
    "mfa_index": ((), all_alike(302, 200), all_alike(302, 405)),
    "account_reauthenticate": ((), all_alike(302, 200), all_alike(302, 200)),
    "mfa_reauthenticate": ((), all_alike(302, 302), all_alike(302, 302)),
    "account_change_password": ((), all_alike(302, 200), all_alike(302, 200)),
    "mfa_activate_totp": ((), all_alike(302, 302), all_alike(302, 302)),
    "mfa_deactivate_totp": ((), all_alike(302, 404), all_alike(302, 404)),
    "mfa_view_recovery_codes": ((), all_alike(302, 404), all_alike(302, 405)),
    "mfa_generate_recovery_codes": ((), all_alike(302, 302), all_alike(302, 302)),
    "set_language": ((), all_alike(302, 302), all_alike(302, 302)),
    "set_theme": ((), LED_TO_ITS_PAGE, all_alike(302, 302)),
    "manifest": ((), all_alike(200, 200), READ_ONLY),
    "service_worker": ((), all_alike(200, 200), READ_ONLY),
    "offline": ((), all_alike(200, 200), READ_ONLY),
}


@pytest.fixture(scope="module")
def house_with_people(kept_house: House) -> House:
    kept_house.bring({"员工": [person(), person("B")]})
    for role in Role:
        grant_role(venue=kept_house.venue, user=User.objects.create(username=role.value, name=role.value), role=role)
    User.objects.create(username="nobody")
    User.objects.create(username="admin", is_staff=True, is_superuser=True)
    return kept_house


@pytest.fixture(scope="module")
def _two_houses(house_with_people: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    house, other = house_with_people, House(tmp_path_factory.mktemp("other"), "other")
    house.venue.employees.filter(number="A").update(user=User.objects.get(username="account_manager"))
    house.run(MONTH)
    other.bring({"员工": [person("X")]})
    other.run(MONTH)
    for role in ROLES:
        grant_role(venue=other.venue, user=User.objects.create(username=f"{role} elsewhere"), role=role)
    grant_role(venue=house.venue, user=User.objects.create(username="inactive", is_active=False), role=Role.HR)
    return house


@pytest.fixture(scope="module")
def kept_sessions(_two_houses: House) -> dict[str, str]:
    """Everybody signed in, who could be: the keys of their sessions by name."""
    keys = {}
    for who in ("inactive", *SIGNED_IN):
        keys[who] = client_of(who).cookies["sessionid"].value
    return keys


@pytest.fixture
def two_houses(_two_houses: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> House:
    """A house whose September was run, where the account manager is A; the roles of another house; who left."""
    monkeypatch.setattr(dispatch, "start_process", lambda run_id: None)
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return _two_houses


def client_of(who: str, **options: Any) -> Client:
    client = Client(**options)
    if who != "anonymous":
        client.force_login(User.objects.get(username=who))
    return client


def address_of(name: str) -> str:
    return reverse(name, args=[RECORDS[part]() if part in RECORDS else part for part in ADDRESSES[name][0]])


def a_booking() -> str:
    """A's settled booking."""
    employee = Employee.objects.get(number="A")
    found, _made = Booking.objects.get_or_create(
        venue=employee.venue,
        number="B1",
        defaults={
            "employee": employee, "business_day": date(2026, 9, 3), "table": "A1", "state": "arrived",
            "arrived_at": datetime(2026, 9, 3, 13, tzinfo=UTC), "spend": "100",
        },
    )  # fmt: skip
    return str(found.pk)


def a_held_booking() -> str:
    """A's booking for a day to come."""
    employee = Employee.objects.get(number="A")
    found, _made = Booking.objects.get_or_create(
        venue=employee.venue,
        number="B2",
        defaults={
            "employee": employee, "business_day": date(2099, 1, 1), "table": "A1", "state": "held", "turn": 1,
        },
    )  # fmt: skip
    return str(found.pk)


def a_report() -> str:
    """What was recorded of A, with a photo."""
    employee = Employee.objects.get(number="A")
    day = date(2026, 9, 3)
    found, made = Report.objects.get_or_create(
        venue=employee.venue, number="V1", defaults={"employee": employee, "business_day": day, "article": "5.F"}
    )
    if made:
        found.photo.save("paper.jpg", ContentFile(b"x"))
    return str(found.pk)


def an_entry() -> str:
    """A bonus of A's."""
    employee = Employee.objects.get(number="A")
    return str(Bonus.objects.get_or_create(employee=employee, month=date(2026, 9, 1), reason="x", amount=5)[0].pk)


def a_request() -> Request:
    """Sick leave that A asks for, with a paper."""
    employee = Employee.objects.get(number="A")
    asked = Request.objects.filter(employee=employee).first()
    if asked is None:
        day, now = date(2026, 9, 3), datetime(2026, 9, 2, tzinfo=UTC)
        asked = Request.objects.create(
            employee=employee, kind="sick", state="waiting", first_day=day, last_day=day, asked_at=now
        )
        content = ContentFile(b"x", name="paper.jpg")
        asked.papers.create(kind="receipt", file=content, added_at=now, added_by=employee.user)
    return asked


def a_filed_paper() -> str:
    """A paper of A's file, with a photo."""
    employee = Employee.objects.get(number="A")
    made = {"dated_on": date(2026, 9, 1), "added_at": datetime(2026, 9, 1, tzinfo=UTC), "added_by": employee.user}
    found, is_new = Paper.objects.get_or_create(employee=employee, kind="contract", defaults=made)
    if is_new:
        found.file.save("paper.jpg", ContentFile(b"x"))
    return str(found.pk)


def a_signing() -> str:
    """An undertaking of A."""
    employee = Employee.objects.get(number="A")
    made = {
        "name": "A", "signed_on": date(2026, 9, 1), "countersigned_by": "owner", "recorded_by": employee.user,
        "recorded_at": datetime(2026, 9, 1, tzinfo=UTC),
    }  # fmt: skip
    found, _made = Undertaking.objects.get_or_create(employee=employee, version_digest="x", defaults=made)
    return str(found.pk)


def an_event_day() -> str:
    """An event day of the house, there again where somebody took it away."""
    day = date(2026, 9, 12)
    EventDay.objects.get_or_create(venue=Venue.objects.get(code="main"), date=day)
    return str(day)


def a_holiday() -> str:
    """A day of the house's public calendar, there again where somebody took it out."""
    day = date(2026, 9, 13)
    CalendarDay.objects.get_or_create(venue=Venue.objects.get(code="main"), date=day, defaults={"is_working": False})
    return str(day)


def an_import() -> str:
    """A file with faults that HR sent."""
    found = Import.objects.first()
    if found is None:
        found = Import(
            venue=Venue.objects.get(code="main"), user=User.objects.get(username="hr"), state="faulty", name="a.xlsx",
            sent_at=datetime(2026, 9, 3, tzinfo=UTC), size=1, digest="0" * 64, language="zh-hans", fault_count=1,
        )  # fmt: skip
        found.file.save("a.xlsx", ContentFile(b"x"), save=False)
        found.fault_file.save("a.json", ContentFile(b"[]"))
    return str(found.pk)


def a_table() -> str:
    found, _made = Table.objects.get_or_create(
        venue=Venue.objects.get(code="main"), code="A1", defaults={"kind": "table", "seats": 4, "column": 1, "row": 1}
    )
    return str(found.pk)


def a_fixture() -> str:
    found, _made = Fixture.objects.get_or_create(
        venue=Venue.objects.get(code="main"), name="DJ 台", defaults={"column": 1, "row": 3}
    )
    return str(found.pk)


def a_comp_item() -> str:
    found, _made = CompItem.objects.get_or_create(
        venue=Venue.objects.get(code="main"), name="花生", defaults={"category": "snack", "price": "28"}
    )
    return str(found.pk)


def a_policy() -> str:
    """The month with which a version begins that nothing used yet."""
    month = CalendarMonth(2098, 1)
    set_policy(venue=Venue.objects.get(code="main"), month=month, values={"late_fine": "60"})
    return str(month)


RECORDS: dict[str, Callable[[], str]] = {
    "policy": a_policy,
    "import": an_import,
    "user": lambda: str(User.objects.get(username="account_manager").pk),
    "tomorrow": lambda: str(datetime.now(UTC).date() + timedelta(days=1)),
    "held": a_held_booking,
    "request": lambda: str(a_request().pk),
    "paper": lambda: str(a_request().papers.get().pk),
    "own": lambda: str(Employee.objects.get(number="A").pk),
    "booking": a_booking,
    "report": a_report,
    "entry": an_entry,
    "filed": a_filed_paper,
    "signed": a_signing,
    "event": an_event_day,
    "holiday": a_holiday,
    "table": a_table,
    "fixture": a_fixture,
    "comp item": a_comp_item,
    "own fine": lambda: str(Penalty.objects.filter(employee__number="A").order_by("pk")[0].pk),
}
"""What stands in an address for a record: the record's key, made where it is asked for."""


def named_addresses(patterns: Iterable[Any], prefix: str = "") -> Iterator[str]:
    """The name of every address, of those included too; a nameless one is given by its pattern."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named_addresses(pattern.url_patterns, inner)
        else:
            yield f"{prefix}{pattern.name or pattern.pattern}"


def test_every_capability_is_held_by_somebody_and_every_role_can_do_something() -> None:
    assert set(CAPABILITIES) == set(Capability)
    assert all(CAPABILITIES.values())
    assert all(capabilities_of(frozenset({role})) for role in Role)


def test_an_account_manager_and_a_host_see_nobody_elses_pay() -> None:
    for role in (Role.ACCOUNT_MANAGER, Role.HOST, Role.FLOOR_MANAGER):
        assert Capability.SEE_ALL_PAY not in capabilities_of(frozenset({role}))


def test_only_the_owner_signs_reopens_and_sets_the_policy() -> None:
    for capability in (
        Capability.SIGN_DISCOUNTS,
        Capability.REOPEN_MONTH,
        Capability.SET_POLICY,
        Capability.RESTORE_FINES,
    ):
        assert CAPABILITIES[capability] == {Role.OWNER}


def test_who_signs_a_discount_does_not_confirm_it() -> None:
    assert not CAPABILITIES[Capability.SIGN_DISCOUNTS] & CAPABILITIES[Capability.CONFIRM_DISCOUNTS]


def test_a_role_counts_at_its_own_venue_alone(house_with_people: House, tmp_path: Any) -> None:
    other = House(tmp_path, "third")
    other.bring({"员工": [person()]})
    hr = User.objects.get(username="hr")
    assert may(hr, Capability.RUN_PAYROLL, house_with_people.venue)
    assert not may(hr, Capability.RUN_PAYROLL, other.venue)
    assert [row.role for row in memberships_of(hr)] == ["hr"]


def test_someone_who_left_can_do_nothing(house_with_people: House) -> None:
    hr = User.objects.get(username="hr")
    hr.is_active = False
    assert not may(hr, Capability.RUN_PAYROLL, house_with_people.venue)


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_address_answers_each_role_as_the_table_says(
    two_houses: House, kept_sessions: dict[str, str], refusals_once: None, name: str
) -> None:
    _arguments, looked_at, posted = ADDRESSES[name]
    address = address_of(name)
    for who in ("anonymous", "inactive", *SIGNED_IN):
        for method, answers in (("get", looked_at), ("head", looked_at), ("post", posted)):
            client = Client()
            if who in kept_sessions:
                client.cookies["sessionid"] = kept_sessions[who]
            page = getattr(client, method)(address)
            assert page.status_code == answers.to(who), (who, method)
            if answers is LED_TO_ITS_PAGE or name in EVERYBODYS:
                continue
            if page.status_code == 302 and who in ("anonymous", "inactive"):
                assert page["Location"].startswith(reverse("account_login")), (who, method)


def test_no_address_of_a_page_refuses_to_be_opened() -> None:
    assert not [
        name
        for name, (_arguments, looked_at, _posted) in ADDRESSES.items()
        if 405 in map(looked_at.to, ("anonymous", *SIGNED_IN))
    ]


@pytest.mark.parametrize("name", [name for name, row in ADDRESSES.items() if row[1] is LED_TO_ITS_PAGE])
def test_an_address_that_only_takes_a_post_leads_to_a_page_for_whoever_may_act(two_houses: House, name: str) -> None:
    posted, address = ADDRESSES[name][2], address_of(name)
    able = [role for role in ROLES if posted.to(role) not in (403, 405)]
    assert able
    for role in able:
        page = client_of(role).get(address, follow=True)
        assert page.status_code == 200, (role, page.redirect_chain)
        assert client_of(role).put(address).status_code in (403, 405)


def test_signing_out_of_the_administration_asks_first(two_houses: House) -> None:
    admin = client_of("admin")
    assert admin.get(reverse("admin:logout")).status_code == 200
    assert admin.get(reverse("admin:index")).status_code == 200
    admin.post(reverse("admin:logout"))
    assert admin.get(reverse("admin:index")).status_code == 302


def test_no_address_is_missing_from_the_table() -> None:
    found = {name for name in named_addresses(get_resolver().url_patterns) if not name.startswith("admin:")}
    assert found == set(ADDRESSES)


def test_the_administration_is_for_administrators_alone(two_houses: House, refusals_once: None) -> None:
    """Every one of its addresses; those of a row ask for one that is not there."""
    resolver = next(found for found in get_resolver().url_patterns if getattr(found, "namespace", "") == "admin")
    nameless = {"(?P<url>.*)$": "/admin/nothing/", "<path:object_id>/": "/admin/staff/employee/1/"}
    addresses = set(nameless.values())
    for name in named_addresses([resolver]):
        if name.removeprefix("admin:") in nameless:
            continue
        for arguments in ([], [1], [1, 1], ["staff"]):
            with suppress(NoReverseMatch):
                addresses.add(reverse(name, args=arguments))
                break
        else:
            pytest.fail(name)
    assert len(addresses) > 100
    for who in ("anonymous", "inactive", "nobody", *ROLES):
        client = client_of(who)
        for address in sorted(addresses - {reverse("admin:logout")}):
            for method in (client.get, client.post):
                page = method(address)
                assert page.status_code in (302, 403), (who, address)
                if page.status_code == 302:
                    assert "sign-in" in page["Location"] or "/admin/login/" in page["Location"], (who, address)
    assert client_of("admin").get(reverse("admin:index")).status_code == 200


class TestOtherPeoplesPay:
    def status(self, who: str, number: str, month: str = MONTH) -> int:
        pk = Employee.objects.get(number=number).pk
        return client_of(who).get(reverse("payslip", args=["main", month, pk])).status_code

    def test_an_account_manager_sees_the_own_payslip_and_no_colleagues(self, two_houses: House) -> None:
        assert self.status("account_manager", "A") == 200
        assert self.status("account_manager", "B") == 404

    @pytest.mark.parametrize("who", ["hr", "owner"])
    def test_hr_and_the_owner_see_everybodys_of_their_venue_and_nobodys_of_another(
        self, two_houses: House, who: str
    ) -> None:
        assert [self.status(who, number) for number in "ABX"] == [200, 200, 404]

    @pytest.mark.parametrize("who", ["account_manager", "hr", "owner"])
    def test_a_month_without_a_run_has_no_payslips(self, two_houses: House, who: str) -> None:
        assert self.status(who, "A", "2026-08") == 404

    def test_a_row_of_the_table_is_refused_as_its_page_is(self, two_houses: House) -> None:
        pk = Employee.objects.get(number="B").pk
        address = reverse("payslip", args=["main", MONTH, pk]) + "?row"
        assert client_of("account_manager").get(address, headers={"HX-Request": "true"}).status_code == 404

    def test_an_account_manager_of_two_venues_sees_each_payslip_at_its_own_venue(self, two_houses: House) -> None:
        user = User.objects.get(username="account_manager")
        grant_role(venue=Venue.objects.get(code="other"), user=user, role=Role.ACCOUNT_MANAGER)
        Employee.objects.filter(number="X").update(user=user)
        own, elsewhere = (Employee.objects.get(number=number).pk for number in "AX")
        client = client_of("account_manager")
        assert client.get(reverse("payslip", args=["other", MONTH, elsewhere])).status_code == 200
        assert client.get(reverse("payslip", args=["main", MONTH, elsewhere])).status_code == 404
        assert client.get(reverse("payslip", args=["other", MONTH, own])).status_code == 404

    def test_hr_sees_nothing_at_a_venue_where_they_are_an_account_manager(self, two_houses: House) -> None:
        hr = User.objects.get(username="hr")
        grant_role(venue=Venue.objects.get(code="other"), user=hr, role=Role.ACCOUNT_MANAGER)
        pk = Employee.objects.get(number="X").pk
        assert client_of("hr").get(reverse("payslip", args=["other", MONTH, pk])).status_code == 404
        assert client_of("hr").get(reverse("payroll_month", args=["other", MONTH])).status_code == 403

    def test_a_print_holds_the_own_payslip_alone_and_nobody_elses_is_there_by_its_number(
        self, two_houses: House
    ) -> None:
        address = reverse("payslips_print", args=["main", MONTH])
        pages = {who: client_of(who).get(address).content.decode() for who in ("account_manager", "hr")}
        assert "员工A" in pages["account_manager"]
        assert "员工B" not in pages["account_manager"]
        assert "员工B" in pages["hr"]
        assert "员工X" not in pages["hr"]
        for who, number, status in (("account_manager", "B", 404), ("hr", "B", 200), ("hr", "X", 404)):
            pk = Employee.objects.get(number=number).pk
            assert client_of(who).get(f"{address}?person={pk}").status_code == status, (who, number)

    def test_nobody_answers_for_a_colleague_or_takes_back_what_another_venue_entered(self, two_houses: House) -> None:
        pk = Employee.objects.get(number="B").pk
        manager = client_of("account_manager")
        assert manager.post(reverse("payslip_answer", args=["main", MONTH, pk])).status_code == 404
        stranger = Employee.objects.get(number="X")
        entry = Bonus.objects.create(employee=stranger, month=date(2026, 9, 1), reason="x", amount=5)
        address = reverse("payroll_amount_remove", args=["main", MONTH, "bonus", entry.pk])
        assert client_of("hr").post(address, {"reason": "x"}).status_code == 404
        day = reverse("person_day", args=["main", stranger.pk, "2026-09-03"])
        assert client_of("hr").get(day).status_code == 404

    def test_ones_pay_is_kept_by_no_cache(self, two_houses: House) -> None:
        for who, names in (
            ("account_manager", ("own_pay", "payslip")),
            (
                "hr",
                (
                    "payroll_months",
                    "payroll_month",
                    "payroll_workbook",
                    "payslip",
                    "payroll_compare",
                    "payroll_amounts",
                    "payroll_lock",
                    "payslips_print",
                ),
            ),
        ):
            for name in names:
                assert "no-store" in client_of(who).get(address_of(name))["Cache-Control"], name


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "0001-01", "9999-12", "２０２６-09", "2026-9"])
def test_an_address_with_no_real_month_is_not_found(two_houses: House, month: str) -> None:
    assert client_of("hr").get(f"/v/main/payroll/{month}/").status_code == 404
    assert client_of("hr").get(f"/v/main/payslips/{month}/1/").status_code == 404


def test_an_address_with_an_impossible_person_is_not_found(two_houses: House) -> None:
    for pk in (0, 2**31, 2**63, 10**30):
        assert client_of("hr").get(f"/v/main/payslips/{MONTH}/{pk}/").status_code == 404


@pytest.mark.parametrize("name", ["payroll_start", "set_theme", "set_language"])
def test_a_post_from_another_site_is_refused(two_houses: House, name: str) -> None:
    client = client_of("hr", enforce_csrf_checks=True)
    assert client.post(address_of(name)).status_code == 403
    assert PayrollRun.objects.count() == 2, "no run was begun"


@cache
def hashed(password: str) -> str:
    """As in earnest, which takes long: each once."""
    return make_password(password)


class TestSignIn:
    @pytest.fixture(autouse=True)
    def somebody(self, real_passwords: None, house_with_people: House) -> None:
        User.objects.filter(username="hr").update(password=hashed("correct horse 1"))

    def sign_in(self, client: Client, password: str) -> Any:
        return client.post(reverse("account_login"), {"login": "hr", "password": password})

    def test_the_right_password_leads_home_which_says_who_one_is(self) -> None:
        client = Client()
        assert self.sign_in(client, "correct horse 1").status_code == 302
        page = client.get(reverse("home"), follow=True)
        assert page.context["user"].username == "hr"
        assert "main" in page.content.decode()

    def test_a_wrong_password_says_so_and_keeps_the_name(self) -> None:
        page = self.sign_in(Client(), "wrong")
        assert page.status_code == 200
        assert 'value="hr"' in page.content.decode()

    def test_after_eight_wrong_ones_the_name_is_locked_from_that_address(self) -> None:
        client = Client()
        for _ in range(8):
            page = self.sign_in(client, "wrong")
        assert page.status_code in (403, 429)
        assert self.sign_in(client, "correct horse 1").status_code in (403, 429)
        elsewhere = Client(REMOTE_ADDR="10.9.8.7")
        assert self.sign_in(elsewhere, "correct horse 1").status_code == 302

    def test_nobody_signs_up(self) -> None:
        assert Client().get("/sign-up/").status_code == 404
        assert Client().get("/signup/").status_code == 404

    def test_signing_out_needs_a_post(self) -> None:
        client = Client()
        self.sign_in(client, "correct horse 1")
        client.get(reverse("account_logout"))
        assert client.get(reverse("venue", args=["main"]))["Location"] == reverse("payroll_current", args=["main"])
        client.post(reverse("account_logout"))
        assert client.get(reverse("venue", args=["main"]))["Location"].startswith(reverse("account_login"))

    def test_pages_carry_a_strict_policy_and_load_nothing_from_elsewhere(self) -> None:
        page = Client().get(reverse("account_login"))
        policy = page["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        assert "https://" not in page.content.decode()

    @pytest.mark.parametrize(("language", "word"), [("zh-hans", "登录"), ("en", "Sign in")])
    def test_the_language_is_switched_in_the_header(self, language: str, word: str) -> None:
        client = Client()
        client.post(reverse("set_language"), {"language": language, "next": reverse("account_login")})
        assert word in client.get(reverse("account_login")).content.decode()

    def test_the_home_page_needs_a_constant_number_of_queries(self, django_assert_max_num_queries: Any) -> None:
        client = Client()
        client.force_login(User.objects.get(username="hr"))
        with django_assert_max_num_queries(5):
            client.get(reverse("home"))


@pytest.mark.parametrize("model", ["staff_employee", "bookings_booking", "violations_penalty", "venues_month"])
def test_facts_and_results_are_looked_at_in_the_admin_not_written(house_with_people: House, model: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    assert client.get(reverse(f"admin:{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:{model}_add")).status_code == 403


def test_every_admin_page_opens(house: House, django_assert_max_num_queries: Any) -> None:
    house.bring(EXAMPLES / "2026-09-situations.xlsx")
    house.run("2026-09")
    client = Client()
    client.force_login(User.objects.create(username="admin", is_staff=True, is_superuser=True))
    for model, options in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        with django_assert_max_num_queries(15):
            assert client.get(reverse(f"{name}_changelist")).status_code == 200, name
        row = options.get_queryset(RequestFactory().get("/")).first()
        if row is not None:
            for address in ("change", "history"):
                with django_assert_max_num_queries(25):
                    page = client.get(reverse(f"{name}_{address}", args=[row.pk]))
                assert page.status_code == 200, (name, address)
        if isinstance(options, PastAdmin) and (past := options.model.history.first()) is not None:
            with django_assert_max_num_queries(25):
                page = client.get(reverse(f"{name}_simple_history", args=[past.id, past.history_id]))
            buttons = tree(page).xpath("//main//*[@type='submit'] | //main//button")
            assert not buttons, f"{name}: what was is not written back"
            typed = tree(page).xpath(
                "//main//form//*[self::input[@type != 'hidden'] or self::select or self::textarea]"
            )
            assert not typed or not isinstance(options, ReadOnlyAdmin), name


def test_the_admin_shows_no_id_or_bank_number(house: House) -> None:
    secret, account = "110101199003090012", "6222000000000000012"
    house.bring({"员工": [person(身份证号=secret, 银行卡号=account)]})
    client = Client()
    client.force_login(User.objects.create(username="admin", is_staff=True, is_superuser=True))
    employee = house.venue.employees.get()
    new = "110101199003079999"
    employee.id_number = employee.bank_account = new
    employee.save()
    then = reverse("admin:staff_employee_simple_history", args=[employee.pk, employee.history.latest().history_id])
    for address in (
        *(reverse(f"admin:staff_employee_{name}", args=[employee.pk]) for name in ("change", "history")),
        then,
    ):
        page = client.get(address)
        assert page.status_code == 200, address
        for number in (secret, account, new, "gAAAA"):
            assert number not in page.content.decode(), address
