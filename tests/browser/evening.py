"""A venue on a Saturday at 21:47, for the tests of the night: called in a command of the served house."""

import io
import json
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from accounts.permissions import Role
from attendance.models import OffPost, Paper, Punch, Request, Rest
from bookings.booking.services.announcements import announce_arrival
from bookings.booking.services.holds import book_table
from bookings.door.services import confirm_arrival, mark_no_show
from bookings.floor_plan.services.plans import set_floor_plan
from bookings.models import Booking, Fixture, Table
from bookings.settlement.services import settle_booking, state_tab
from commissions.models import Bonus, Payslip
from commissions.month.services import lock_month
from commissions.runs.services import run_month
from comps.models import Comp, CompItem, CompRequest
from customers.models import Customer
from demo.floor import FIXTURES, TABLES
from inbox.models import Message
from rulebook.calendar import CalendarMonth, days_between, moment
from staff.models import Employee, Paper as FiledPaper, SensitiveAccess, Undertaking
from tests.browser.serving import CODE, PASSWORD
from tests.workbooks import write_workbook
from venues.models import CalendarDay, EventDay, Venue
from venues.services import create_venue, grant_role, set_policy
from violations.models import Penalty, Report
from workbook.imports.services import receive, work

TONIGHT = date(2026, 11, 21)
NIGHT = datetime(2026, 11, 21, 13, 47, tzinfo=UTC)
"""Saturday, 21:47 in Shanghai."""

MANAGERS = {"anna": ("101", "刘洋"), "bella": ("102", "王佳怡"), "carl": ("103", "孙悦"), "duo": ("104", "郑凯")}
DESK_STAFF = {
    "floor": ("周敏", Role.FLOOR_MANAGER),
    "host": ("叶青", Role.HOST),
    "hr": ("吴静", Role.HR),
    "owner": ("高远", Role.OWNER),
}
GUESTS = {
    "anna": (("林先生", "19900001017"), ("黄女士", "19900007378"), ("赵总", "19900003739")),
    "bella": (("钱先生", "19900000101"), ("周哥", "19900006462")),
    "carl": (("吴姐", "19900002823"),),
    "duo": (("徐先生", "19900009184"),),
}
RESTS = {"anna": (3, 10, 24), "bella": (4, 11, 25), "carl": (2, 9, 26), "duo": (5, 12, 23)}
ITEMS = (("大果盘", "fruit", 128), ("花生", "snack", 28), ("爆米花", "snack", 40), ("啤酒", "alcohol", 60))


def begin() -> None:
    """Make the venue, its people, what they did this month until tonight, and a draft of the payroll."""
    venue = create_venue(code=CODE, name="澜夜", today=TONIGHT)
    people = {name: _user(name, shown) for name, (_number, shown) in MANAGERS.items()}
    employed = {
        name: Employee.objects.create(
            venue=venue, number=number, name=shown, hired_on=date(2026, 11, 1), user=people[name]
        )
        for name, (number, shown) in MANAGERS.items()
    }
    for user in people.values():
        grant_role(venue=venue, user=user, role=Role.ACCOUNT_MANAGER)
    grant_role(venue=venue, user=people["duo"], role=Role.FLOOR_MANAGER)
    for name, (shown, role) in DESK_STAFF.items():
        people[name] = _user(name, shown)
        grant_role(venue=venue, user=people[name], role=role)
    set_floor_plan(venue=venue, tables=TABLES, fixtures=FIXTURES, user=people["owner"])
    EventDay.objects.create(venue=venue, date=date(2026, 11, 28), name="电音之夜")
    for item, category, price in ITEMS:
        CompItem.objects.create(venue=venue, name=item, category=Comp.Category(category), price=Decimal(price))
    _month_so_far(venue, employed)
    _tonight(venue, employed, people)
    run_month(venue=venue, month=CalendarMonth.of(TONIGHT), user=people["hr"], clock=lambda: NIGHT)


def _user(name: str, shown: str) -> User:
    user = User(username=name, name=shown)
    user.set_password(PASSWORD)
    user.save()
    return user


def _month_so_far(venue: Venue, employed: dict[str, Employee]) -> None:
    """Rests, punches on time, and guests who were here before."""

    def at(day: date, hour: int, minute: int = 0) -> datetime:
        return moment(day, time(hour, minute), venue.zone)

    for name, employee in employed.items():
        rests = {date(2026, 11, day) for day in RESTS[name]}
        for day in sorted(rests):
            kind = Rest.Kind.SELF_SCHEDULED if day > TONIGHT else Rest.Kind.REGULAR
            Rest.objects.create(employee=employee, business_day=day, kind=kind)
        for day in days_between(date(2026, 11, 1), TONIGHT - timedelta(1)):
            if day not in rests:
                Punch.objects.create(
                    employee=employee, business_day=day, arrived_at=at(day, 19, 52), left_at=at(day, 2, 4)
                )
        for place, (guest, phone) in enumerate(GUESTS[name]):
            customer = Customer.objects.create(venue=venue, name=guest, phone=phone)
            day = date(2026, 11, 13 + place)
            Booking.objects.create(
                venue=venue,
                number=f"{day:%y%m%d}-{employee.number}",
                business_day=day,
                employee=employee,
                customer=customer,
                table=f"A{employee.number[-1]}",
                guest_name=guest,
                guest_phone=phone,
                party_size=4,
                registered_at=at(day, 18),
                arrived_at=at(day, 21, 30),
                spend=Decimal(2680 + 400 * place),
                state=Booking.State.ARRIVED,
                turn=1,
            )
    for name, minutes in (("anna", -8), ("bella", 12), ("duo", -3)):
        arrived = at(TONIGHT, 20) + timedelta(minutes=minutes)
        Punch.objects.create(employee=employed[name], business_day=TONIGHT, arrived_at=arrived)


def _tonight(venue: Venue, employed: dict[str, Employee], people: dict[str, User]) -> None:
    """Bookings in every state: held, seated with a tab, settled, announced, without a phone."""

    def at(hour: int, minute: int) -> datetime:
        return moment(TONIGHT, time(hour, minute), venue.zone)

    def book(name: str, table: str, guest: tuple[str, str], expected: datetime, registered: datetime) -> Booking:
        return book_table(
            venue=venue,
            employee=employed[name],
            user=people[name],
            table=table,
            day=TONIGHT,
            guest_name=guest[0],
            guest_phone=guest[1],
            expected_at=expected,
            party_size=6,
            now=registered,
        )

    def confirm(booking: Booking, now: datetime) -> None:
        confirm_arrival(booking=booking, user=people["host"], now=now)

    settled = book("anna", "V1", GUESTS["anna"][2], at(20, 30), at(17, 5))
    confirm(settled, at(20, 34))
    settle_booking(booking=settled, user=people["floor"], amount=Decimal("3880.00"))
    seated = book("anna", "V5", GUESTS["anna"][1], at(21, 0), at(18, 20))
    confirm(seated, at(21, 10))
    state_tab(booking=seated, user=people["floor"], amount=Decimal("2680.00"))
    book("anna", "A8", GUESTS["anna"][0], at(22, 0), at(19, 30))
    book("bella", "A3", GUESTS["bella"][0], at(22, 30), at(20, 15))
    book("bella", "A5", ("何先生", ""), at(22, 15), at(21, 20))
    announced = book("carl", "V8", GUESTS["carl"][0], at(21, 45), at(19, 0))
    announce_arrival(booking=announced, user=people["carl"], now=at(21, 44))


LETTERS, HAN = ("Wolfeschlegelsteinhausenbergerdorff" * 2)[:60], ("欧阳慕容司徒上官" * 8)[:60]


def stretch_names() -> None:
    """Every second person and guest has a name of sixty letters, the others one of sixty Han; the venue has letters."""
    venue = Venue.objects.filter(code=CODE)
    venue.update(name=LETTERS)
    names = (LETTERS, HAN)
    for employee in Employee.objects.filter(venue__in=venue):
        Employee.objects.filter(pk=employee.pk).update(name=names[employee.pk % 2])
        User.objects.filter(pk=employee.user_id).update(name=names[employee.pk % 2])
        Payslip.objects.filter(employee=employee).update(name=names[employee.pk % 2])
    for user in User.objects.filter(employments=None):
        User.objects.filter(pk=user.pk).update(name=names[user.pk % 2])
    for guest in Customer.objects.filter(venue__in=venue):
        Customer.objects.filter(pk=guest.pk).update(name=names[guest.pk % 2])
    for booking in Booking.objects.filter(venue__in=venue):
        Booking.objects.filter(pk=booking.pk).update(guest_name=names[booking.pk % 2])


# --- for a walk through every page ------------------------------------------------------------------------
def fill() -> str:
    """More of everything, so that no page is empty; the records that addresses name, as JSON.

    ``words`` are what people wrote: names, items, notes, in whichever language.
    """
    venue = Venue.objects.get(code=CODE)
    staff = {employee.user.username: employee for employee in venue.employees.select_related("user") if employee.user}
    host, floor = User.objects.get(username="host"), User.objects.get(username="floor")
    Punch.objects.filter(employee=staff["anna"], business_day=date(2026, 11, 6)).update(
        arrived_at=moment(date(2026, 11, 6), time(20, 9), venue.zone)
    )
    OffPost.objects.create(employee=staff["bella"], business_day=TONIGHT, left_at=NIGHT - timedelta(minutes=21))
    leave = Request.objects.create(
        employee=staff["anna"], kind="sick", state=Request.State.WAITING, asked_at=NIGHT,
        first_day=TONIGHT + timedelta(2), last_day=TONIGHT + timedelta(3), reason="发烧",
    )  # fmt: skip
    paper = Paper.objects.create(
        request=leave, kind=Paper.Kind.CERTIFICATE, added_at=NIGHT, added_by=staff["anna"].user,
        file=ContentFile(_picture(), name="paper.jpg"),
    )  # fmt: skip
    Request.objects.create(
        employee=staff["bella"], kind="swap", state=Request.State.ASKED, asked_at=NIGHT,
        first_day=date(2026, 11, 25), last_day=date(2026, 11, 25), colleague=staff["anna"],
        other_day=date(2026, 11, 24), reason="家里有事",
    )  # fmt: skip
    seated = Booking.objects.get(venue=venue, business_day=TONIGHT, table="V5")
    CompRequest.objects.create(
        booking=seated, employee=staff["anna"], item="花生", category="snack", amount=Decimal(28),
        ground=Comp.Ground.SPEND, asked_at=NIGHT,
    )  # fmt: skip
    Comp.objects.create(
        venue=venue, number="S1", booking=seated, business_day=TONIGHT, employee=staff["anna"], item="爆米花",
        category="snack", amount=Decimal(40), ground=Comp.Ground.DAILY, given_at=NIGHT,
    )  # fmt: skip
    report = Report.objects.create(
        venue=venue, number="R1", employee=staff["carl"], business_day=TONIGHT, article="5.F", note="未化妆",
        photo=ContentFile(_picture(), name="photo.jpg"),
    )  # fmt: skip
    missed = book_table(
        venue=venue, employee=staff["bella"], user=staff["bella"].user, table="B5", day=TONIGHT, guest_name="郭女士",
        guest_phone="19900003333", expected_at=None, party_size=2, now=NIGHT - timedelta(hours=2), note="靠窗",
    )  # fmt: skip
    mark_no_show(booking=missed, user=host)
    entry = _months_before(venue, staff["anna"])
    run_month(venue=venue, month=CalendarMonth.of(TONIGHT), clock=lambda: NIGHT)
    for user in User.objects.filter(memberships__venue=venue).distinct():
        basis = {"person": "刘洋", "day": "2026-11-06", "article": "1.2.E", "amount": "50.00"}
        Message.objects.create(venue=venue, user=user, key="walk", text="%(person)s", basis=basis, sent_at=NIGHT)
    hr, anna = User.objects.get(username="hr"), staff["anna"]
    filed = FiledPaper.objects.create(
        employee=anna, kind=FiledPaper.Kind.CONTRACT, dated_on=date(2026, 11, 1), expires_on=date(2026, 11, 20),
        note="一式两份", added_at=NIGHT, added_by=hr, file=ContentFile(_picture(), name="paper.jpg"),
    )  # fmt: skip
    signed = Undertaking.objects.create(
        employee=anna, name=anna.name, version_digest="earlier", signed_on=date(2026, 11, 1), countersigned_by="高远",
        recorded_at=NIGHT, recorded_by=hr,
    )  # fmt: skip
    SensitiveAccess.objects.create(employee=anna, user=hr, what=SensitiveAccess.What.BANK, at=NIGHT)
    anna.bank_name, anna.bank_account, anna._change_reason = "工商银行", "6222000000000012", "新卡"
    anna.save()
    imports = _imports(venue)
    owner = User.objects.get(username="owner")
    set_policy(venue=venue, month=CalendarMonth(2027, 1), values={"late_fine": "60"}, user=owner, reason="太晚")
    held = Booking.objects.get(venue=venue, business_day=TONIGHT, table="A8")
    announced = Booking.objects.get(venue=venue, business_day=TONIGHT, table="V8")
    fine = Penalty.objects.filter(employee=staff["anna"]).order_by("pk")[0]
    records = {
        "held": held.pk, "seated": seated.pk, "announced": announced.pk, "missed": missed.pk, "leave": leave.pk,
        "paper": paper.pk, "report": report.pk, "fine": fine.pk, "anna": staff["anna"].pk, "floor": floor.pk,
        "entry": entry.pk, "former": entry.employee_id, "filed": filed.pk, "signed": signed.pk,
        "host": host.pk, **imports,
        "table": Table.objects.get(venue=venue, code="V2").pk, "fixture": Fixture.objects.get(venue=venue, row=1).pk,
        "item": CompItem.objects.get(venue=venue, name="花生").pk,
    }  # fmt: skip
    words = {
        entry.reason,
        entry.employee.name,
        filed.note,
        "新卡",
        "十一月.xlsx",
        "太晚",
        "工商银行",
        venue.name,
        leave.reason,
        "家里有事",
        report.note,
        missed.note,
        missed.guest_name,
        "台",
    }
    for model, name in (
        (User, "name"), (Customer, "name"), (Booking, "guest_name"), (Fixture, "name"), (CompItem, "name"),
        (EventDay, "name"), (CalendarDay, "name"),
    ):  # fmt: skip
        words |= set(model.objects.values_list(name, flat=True))  # type: ignore[attr-defined]
    return json.dumps({"records": records, "words": sorted(words - {""})})


def _months_before(venue: Venue, anna: Employee) -> Bonus:
    """September locked and October a draft with a bonus, of anna's employment before this one."""
    september, october = CalendarMonth(2026, 9), CalendarMonth(2026, 10)
    former = Employee.objects.create(
        venue=venue, number="091", name=anna.name, hired_on=september.first, left_on=date(2026, 10, 20),
        exit_kind="resigned", user=anna.user,
    )  # fmt: skip
    run_month(venue=venue, month=september, clock=lambda: NIGHT)
    lock_month(venue=venue, month=september, now=NIGHT)
    entry = Bonus.objects.create(employee=former, month=october.first, reason="全勤奖", amount=Decimal(200))
    run_month(venue=venue, month=october, clock=lambda: NIGHT)
    return entry


def _imports(venue: Venue) -> dict[str, int]:
    """What HR sent: a file that would change something, one with faults."""
    hr = User.objects.get(username="hr")
    files = {
        "previewed": {
            "员工": [
                {"工号": "101", "姓名": "刘洋洋", "入职日期": TONIGHT.replace(day=1), "身份证号": "110101199003090012"}
            ],
            "活动日": [{"日期": date(2026, 12, 24), "名称": "平安夜"}],
        },
        "faulty": {"打卡": [{"工号": "999", "营业日": TONIGHT, "上班": "25:00"}]},
    }
    found = {}
    for name, sheets in files.items():
        with tempfile.TemporaryDirectory() as folder:
            content = write_workbook(Path(folder) / "x.xlsx", sheets).read_bytes()
        sent = SimpleUploadedFile("十一月.xlsx", content)
        taken = receive(venue=venue, user=hr, sent=sent, language="zh-hans", now=NIGHT)
        work(taken.pk, clock=lambda: NIGHT)
        found[name] = taken.pk
    return found


def _picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "gray").save(kept, "JPEG")
    return kept.getvalue()
