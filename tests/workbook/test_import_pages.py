"""The month workbook in the browser: sent, previewed, mended, confirmed; nothing half, nothing twice."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounts.permissions import Role
from attendance.models import Punch
from bookings.models import Booking
from commissions.models import Bonus
from inbox.models import Message
from staff.models import Employee
from tests.house import House
from tests.pages.looking import as_role, at, signed_in, somebody, squeezed, text_of, tree
from tests.workbooks import Sheets, booking, person, punch, write_workbook
from venues.models import PolicyVersion
from workbook.imports import dispatch, services
from workbook.models import Import
from workbook.services import import_workbook

DAY = date(2026, 9, 3)
GOOD: Sheets = {"员工": [person(), person("B")], "打卡": [punch(DAY), punch(DAY, "B")], "订台": [booking("1", DAY)]}
FAULTY: Sheets = {**GOOD, "打卡": [punch(DAY), punch(DAY, "X", 上班="36:00")]}


@pytest.fixture(autouse=True)
def english() -> None:
    """These pages are asked for in the language that the test names."""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture(scope="module")
def open_house(kept_house: House) -> House:
    kept_house.bring({"员工": [person()]})
    return kept_house


@pytest.fixture
def hr(open_house: House) -> Client:
    return as_role(open_house, Role.HR)


def content(house: House, sheets: Sheets) -> bytes:
    return write_workbook(house.path(), sheets).read_bytes()


def send(client: Client, house: House, what: Sheets | bytes, name: str = "九月.xlsx") -> Any:
    """Send a file, and see where that leads."""
    found = what if isinstance(what, bytes) else content(house, what)
    return client.post(at(house, "import_page"), {"file": SimpleUploadedFile(name, found)}, follow=True)


def latest() -> Import:
    return Import.objects.latest("pk")


def confirm(client: Client, house: House, taken: Import | None = None, **more: str) -> Any:
    taken = taken or latest()
    return client.post(at(house, "import_confirm", taken.pk), {"agreed": taken.agreed} | more, follow=True)


def kept() -> list[str]:
    """The files kept of imports."""
    return default_storage.listdir("workbooks")[1] if default_storage.exists("workbooks") else []


# --- faults -----------------------------------------------------------------------------------------------
def test_faults_are_told_by_sheet_and_row_and_nothing_is_stored(hr: Client, open_house: House) -> None:
    page = send(hr, open_house, FAULTY)
    assert latest().state == "faulty"
    assert latest().fault_count == 2
    words = text_of(page)
    assert "打卡!3 工号" in words
    assert "打卡!3 上班" in words
    assert "36:00" in words
    assert not Punch.objects.exists()
    assert Employee.objects.count() == 1
    assert not tree(page).xpath("//form[contains(@action, '/confirm/')]")


def test_a_file_with_faults_is_not_confirmed_by_who_posts_it_anyway(hr: Client, open_house: House) -> None:
    send(hr, open_house, FAULTY)
    confirm(hr, open_house)
    assert latest().state == "faulty"
    assert not Punch.objects.exists()


def test_a_mended_file_is_imported(hr: Client, open_house: House) -> None:
    send(hr, open_house, FAULTY)
    page = send(hr, open_house, GOOD)
    assert latest().state == "previewed"
    assert not Punch.objects.exists(), "a preview stores nothing"
    page = confirm(hr, open_house)
    assert latest().state == "confirmed"
    assert "已导入" in text_of(page)
    assert Punch.objects.count() == 2
    assert Booking.objects.get().number == "1"


def test_many_faults_are_shown_bounded_with_their_number_and_all_stand_in_the_excel(
    hr: Client, open_house: House, tmp_path: Path
) -> None:
    days = [DAY + timedelta(days=n) for n in range(150)]
    page = send(hr, open_house, {"打卡": [punch(day, "X") for day in days]})
    assert len(tree(page).xpath("//li[contains(@class, 'fault')]")) == 100
    assert "50" in text_of(page)
    answer = hr.get(at(open_house, "import_faults", latest().pk))
    path = tmp_path / "faults.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    rows = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 151
    assert rows[1][:3] == ("打卡", 2, "工号")


def test_of_more_faults_than_are_kept_the_list_says_how_many_there_are(
    hr: Client, open_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_FAULTS_KEPT", 3)
    send(hr, open_house, {"打卡": [punch(DAY + timedelta(days=n), "X") for n in range(10)]})
    assert latest().fault_count == 10
    answer = hr.get(at(open_house, "import_faults", latest().pk))
    path = tmp_path / "faults.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    rows = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 5
    assert "7" in rows[-1][3]


def test_what_would_change_a_locked_month_is_a_fault(hr: Client, open_house: House) -> None:
    open_house.bring(GOOD)
    open_house.run("2026-09")
    open_house.lock("2026-09")
    page = send(hr, open_house, {"打卡": [punch(DAY, 下班="01:30")]})
    assert latest().state == "faulty"
    assert "打卡!2 营业日" in text_of(page)
    assert "锁定" in text_of(page)


def test_what_stood_in_the_way_elsewhere_is_checked_again(
    hr: Client, open_house: House, django_capture_on_commit_callbacks: Any
) -> None:
    send(hr, open_house, {"打卡": [punch(DAY, "B")]})
    assert latest().state == "faulty"
    open_house.bring({"员工": [person("B")]})
    with django_capture_on_commit_callbacks(execute=True):
        hr.post(at(open_house, "import_again", latest().pk))
    assert latest().state == "previewed"
    assert latest().fault_count == 0
    assert len(kept()) == 1, "the list of faults has gone"


# --- wrong files ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "what", "word"),
    [
        ("九月.xls", b"\xd0\xcf\x11\xe0" + b"x" * 600, "xlsx"),
        ("九月.csv", b"a,b\n", "xlsx"),
        ("九月.xlsx", b"\xd0\xcf\x11\xe0" + b"x" * 600, "密码"),
        ("九月.xlsx", b"%PDF-1.7", "xlsx"),
        ("九月.xlsx", b"PK\x03\x04" + b"x" * 600, "损坏"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence_and_not_kept(
    hr: Client, open_house: House, name: str, what: bytes, word: str
) -> None:
    page = send(hr, open_house, what, name)
    assert page.status_code == 422
    told = text_of(page, "//ul[@class='errorlist']")
    assert word in told
    assert "九月" in told
    assert not Import.objects.exists()
    assert kept() == []


def test_a_workbook_without_any_known_sheet_is_refused(hr: Client, open_house: House) -> None:
    page = send(hr, open_house, {"Sheet1": [{"a": 1}]})
    assert page.status_code == 422
    assert "Sheet1" in text_of(page)


def test_an_empty_file_and_none_are_refused(hr: Client, open_house: House) -> None:
    assert send(hr, open_house, b"").status_code == 422
    assert hr.post(at(open_house, "import_page")).status_code == 422
    assert not Import.objects.exists()


def test_a_file_over_the_bound_is_refused(hr: Client, open_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LARGEST", 1000)
    page = send(hr, open_house, GOOD)
    assert page.status_code == 422
    assert "九月.xlsx" in text_of(page, "//ul[@class='errorlist']")


def test_what_turns_out_unreadable_on_the_way_says_so(
    hr: Client, open_house: House, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr("workbook.xlsx.reading.MAX_ROWS", 2)
    with django_capture_on_commit_callbacks(execute=True):
        page = send(hr, open_house, GOOD)
    assert latest().state == "unreadable"
    assert "九月.xlsx" in text_of(page, "//div[@role='alert']")
    assert kept() == []


# --- the preview ------------------------------------------------------------------------------------------
def test_the_preview_counts_what_the_confirmation_does(hr: Client, open_house: House) -> None:
    open_house.bring(GOOD)
    send(hr, open_house, {**GOOD, "员工": [person(姓名="新名"), person("B"), person("C")]})
    taken = latest()
    told = {title: counts for title, counts in taken.counts.items() if any(counts)}
    assert told == {"员工": [1, 1, 1], "打卡": [0, 0, 2], "订台": [0, 0, 1]}
    confirm(hr, open_house)
    assert latest().counts == taken.counts
    send(hr, open_house, {**GOOD, "员工": [person(姓名="新名"), person("B"), person("C")]})
    assert latest().counts["员工"] == [0, 0, 3]


def test_a_changed_row_is_shown_with_what_it_was_and_will_be(hr: Client, open_house: House) -> None:
    open_house.bring(GOOD)
    page = send(hr, open_house, {"订台": [booking("1", DAY, 消费金额=2500.5, 状态="到店", 到店时间="21:30")]})
    row = text_of(page, "//ul[contains(@class, 'changes')]")
    assert "消费金额 1,000.00 → 2,500.50" in row
    assert "到店时间 2026-09-03 21:00 → 2026-09-03 21:30" in row
    assert "2" in row


def test_changed_rows_are_shown_bounded_with_the_number_of_the_rest(hr: Client, open_house: House) -> None:
    people = [person(f"P{n}") for n in range(130)]
    open_house.bring({"员工": people})
    page = send(hr, open_house, {"员工": [one | {"姓名": "新名"} for one in people]})
    assert len(tree(page).xpath("//ul[contains(@class, 'changes')]/li")) == 100
    assert "30" in text_of(page, "//section[.//ul[contains(@class, 'changes')]]/p")


def test_the_drafts_that_would_go_stale_are_named(hr: Client, open_house: House) -> None:
    open_house.bring(GOOD)
    open_house.run("2026-09")
    open_house.run("2026-10")
    send(hr, open_house, {"打卡": [punch(DAY, 下班="01:30")]})
    assert latest().preview["stale"] == ["2026-09"]
    send(hr, open_house, {"员工": [person(入职日期=date(2025, 1, 2))]})
    assert latest().preview["stale"] == ["2026-09", "2026-10"]
    page = hr.get(at(open_house, "import_preview", latest().pk))
    links = tree(page).xpath("//a[contains(@class, 'tall')]")
    assert [squeezed(link.text) for link in links] == ["2026年9月", "2026年10月"], "months in words"


def test_secret_numbers_are_never_shown_whole(hr: Client, open_house: House) -> None:
    old, new, account = "110101199003090012", "110101199003059912", "6222000000000000012"
    open_house.bring({"员工": [person(身份证号=old)]})
    pages = [
        send(hr, open_house, {"员工": [person(身份证号=new, 银行卡号=account)]}),
        send(hr, open_house, {"员工": [person(入职日期=new)]}),
    ]
    assert "••••0012" in text_of(pages[0])
    for page in pages:
        assert not any(number in page.content.decode() for number in (old, new, account))
    answer = hr.get(at(open_house, "import_faults", latest().pk))
    path = open_house.path()
    path.write_bytes(b"".join(answer.streaming_content))
    cells = [str(cell) for row in load_workbook(path).worksheets[0].iter_rows(values_only=True) for cell in row]
    assert not any(new in cell for cell in cells)
    assert not Import.objects.filter(preview__icontains=new).exists()


def test_an_id_number_that_changes_only_in_the_middle_still_shows_as_changed(hr: Client, open_house: House) -> None:
    open_house.bring({"员工": [person(身份证号="110101199003090012")]})
    page = send(hr, open_house, {"员工": [person(身份证号="110101199003170012")]})
    assert "••••0012 → ••••0012，" in text_of(page).replace(",", "，")


def test_the_same_file_twice_changes_nothing(hr: Client, open_house: House) -> None:
    send(hr, open_house, GOOD)
    confirm(hr, open_house)
    before = Punch.history.count(), Employee.history.count()
    page = send(hr, open_house, GOOD)
    assert all(not new and not changed for new, changed, _same in latest().counts.values())
    assert not tree(page).xpath("//form[contains(@action, '/confirm/')]")
    confirm(hr, open_house)
    assert (Punch.history.count(), Employee.history.count()) == before


# --- confirming -------------------------------------------------------------------------------------------
def test_the_history_names_who_imported_and_the_file(hr: Client, open_house: House) -> None:
    send(hr, open_house, GOOD)
    confirm(hr, open_house)
    made = Punch.history.first()
    assert (made.history_user.username, made.history_change_reason) == ("hr", "九月.xlsx")


def test_a_second_click_is_told_that_it_is_done(hr: Client, open_house: House) -> None:
    send(hr, open_house, GOOD)
    taken = latest()
    confirm(hr, open_house, taken)
    page = confirm(hr, open_house, taken)
    assert "已经导入" in text_of(page)
    assert Punch.history.count() == 2


def test_a_click_while_it_is_being_stored_does_nothing(
    hr: Client, open_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "AT_ONCE", 0)
    handed: list[int] = []
    monkeypatch.setattr(dispatch, "start_process", handed.append)
    send(hr, open_house, GOOD)
    taken = latest()
    services.work(taken.pk, clock=timezone.now)
    confirm(hr, open_house, latest())
    assert latest().state == "storing"
    page = confirm(hr, open_house, Import(pk=taken.pk, agreed=latest().agreed))
    assert "九月.xlsx" in text_of(page, "//div[contains(@class, 'notice')]")
    assert not Punch.objects.exists()
    services.work(taken.pk, clock=timezone.now)
    services.work(taken.pk, clock=timezone.now)
    assert Punch.history.count() == 2


def test_a_large_file_is_handed_over_and_its_page_says_so(
    hr: Client, open_house: House, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(dispatch, "AT_ONCE", 0)
    handed: list[int] = []
    monkeypatch.setattr(dispatch, "start_process", handed.append)
    with django_capture_on_commit_callbacks(execute=True):
        page = send(hr, open_house, GOOD)
    assert handed == [latest().pk]
    assert tree(page).xpath("//progress")
    assert tree(page).xpath("//*[@id='import']/@hx-get")
    services.work(latest().pk, clock=timezone.now)
    assert latest().state == "previewed"


def test_work_that_was_cut_off_is_begun_again(hr: Client, open_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "AT_ONCE", 0)
    monkeypatch.setattr(dispatch, "start_process", lambda pk: None)
    send(hr, open_house, GOOD)
    address = at(open_house, "import_preview", latest().pk)
    again = f"//form[@action='{at(open_house, 'import_again', latest().pk)}']"
    assert not tree(hr.get(address)).xpath(again)
    Import.objects.update(held_until=timezone.now())
    assert tree(hr.get(address)).xpath(again)
    monkeypatch.undo()
    hr.post(at(open_house, "import_again", latest().pk))
    assert latest().state == "previewed"


def test_an_error_while_storing_leaves_nothing_and_the_way_to_begin_again(
    hr: Client, open_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(hr, open_house, GOOD)

    def fail(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("workbook.services.store", fail)
    with pytest.raises(RuntimeError):
        confirm(hr, open_house)
    assert not Punch.objects.exists()
    assert services.is_cut_off(latest(), timezone.now())
    monkeypatch.undo()
    hr.post(at(open_house, "import_again", latest().pk))
    confirm(hr, open_house)
    assert Punch.objects.count() == 2


def test_facts_that_changed_in_between_show_a_new_preview_and_store_nothing(hr: Client, open_house: House) -> None:
    open_house.bring(GOOD)
    sheets = {"订台": [booking("1", DAY, 消费金额=2500)]}
    send(hr, open_house, sheets)
    open_house.bring({"订台": [booking("1", DAY, 消费金额=1800)]})
    page = confirm(hr, open_house)
    assert latest().state == "previewed"
    assert str(Booking.objects.get().spend) == "1800.00"
    assert "1,800.00 → 2,500.00" in text_of(page)
    assert tree(page).xpath("//div[@role='alert']")
    confirm(hr, open_house)
    assert str(Booking.objects.get().spend) == "2500.00"


def test_facts_that_have_nothing_to_do_with_the_file_do_not_stand_in_its_way(hr: Client, open_house: House) -> None:
    open_house.bring(GOOD)
    send(hr, open_house, {"订台": [booking("1", DAY, 消费金额=2500)]})
    open_house.bring({"打卡": [punch(DAY, 下班="01:30")]})
    confirm(hr, open_house)
    assert latest().state == "confirmed"


def test_a_month_locked_in_between_makes_it_faulty(hr: Client, open_house: House) -> None:
    open_house.bring(GOOD)
    send(hr, open_house, {"订台": [booking("1", DAY, 消费金额=2500)]})
    open_house.run("2026-09")
    open_house.lock("2026-09")
    confirm(hr, open_house)
    assert latest().state == "faulty"
    assert str(Booking.objects.get().spend) == "1000.00"


def test_a_confirmation_of_a_preview_not_seen_is_refused(hr: Client, open_house: House) -> None:
    send(hr, open_house, GOOD)
    confirm(hr, open_house, agreed="0" * 64)
    assert latest().state == "previewed"
    assert not Punch.objects.exists()


def test_two_in_hr_at_once_the_second_sees_what_the_first_did(open_house: House) -> None:
    first, second = (signed_in(somebody(open_house, Role.HR, name)) for name in ("吴静", "周敏"))
    send(first, open_house, GOOD)
    one = latest()
    send(second, open_house, GOOD)
    other = latest()
    assert one.pk != other.pk
    confirm(first, open_house, one)
    page = confirm(second, open_house, other)
    assert latest().state == "previewed"
    assert tree(page).xpath("//div[@role='alert']")
    assert Punch.history.count() == 2


def test_only_who_sent_a_file_confirms_or_throws_it_away(open_house: House) -> None:
    first, second = (signed_in(somebody(open_house, Role.HR, name)) for name in ("吴静", "周敏"))
    send(first, open_house, GOOD)
    page = second.get(at(open_house, "import_preview", latest().pk))
    assert not tree(page).xpath("//main//form")
    for name in ("import_confirm", "import_throw_away", "import_again"):
        second.post(at(open_house, name, latest().pk), {"agreed": latest().agreed})
        assert latest().state == "previewed"


# --- what is not theirs -----------------------------------------------------------------------------------
def test_policy_rows_are_the_owners(hr: Client, open_house: House) -> None:
    sheets = {"制度": [{"参数": "base_pay", "生效月份": "2026-10", "值": "4000"}]}
    page = send(hr, open_house, sheets)
    assert latest().state == "faulty"
    assert "制度!2 参数" in text_of(page)
    confirm(hr, open_house)
    assert PolicyVersion.objects.count() == 1
    somebody(open_house, Role.OWNER, "hr")
    send(hr, open_house, sheets)
    (row,) = latest().preview["sheets"][0]["rows"]
    assert (row["row"], row["key"], row["cells"][0][1:]) == (2, "2026-10", ["3000.00", "4000.00"])
    confirm(hr, open_house)
    assert PolicyVersion.objects.count() == 2


def test_policy_rows_tell_everybody_what_changes(hr: Client, open_house: House) -> None:
    somebody(open_house, Role.OWNER, "hr")
    manager = somebody(open_house, Role.ACCOUNT_MANAGER, "manager")
    left, other = somebody(open_house, Role.ACCOUNT_MANAGER, "left"), somebody(open_house, Role.OWNER, "other")
    open_house.bring({"员工": [person("A"), person("B", 离职日期="2026-09-20", 离职类型="辞职")]})
    Employee.objects.filter(number="A").update(user=manager)
    Employee.objects.filter(number="B").update(user=left)
    rows = [("base_pay", "2026-10", "4000"), ("late_fine", "2026-10", "50"), ("base_pay", "2026-11", "4100")]
    sheets: Sheets = {"制度": [{"参数": name, "生效月份": month, "值": value} for name, month, value in rows]}
    page = send(hr, open_house, sheets)
    assert "届时在职、会登录的人都会收到通知" in text_of(page)
    assert not Message.objects.exists()
    for _click in range(2):
        confirm(hr, open_house)
    told = Message.objects.order_by("pk")
    assert {message.user for message in told} == {manager, other}
    assert [(message.basis["month"], message.basis["figures"]) for message in told.filter(user=manager)] == [
        ("2026-10", [["base_pay", "3000.00", "4000.00"]]),
        ("2026-11", [["base_pay", "4000.00", "4100.00"]]),
    ]
    send(hr, open_house, sheets)
    confirm(hr, open_house)
    assert Message.objects.count() == 4


def test_policy_rows_that_state_what_is_in_force_are_no_fault(hr: Client, open_house: House) -> None:
    sheets = {"制度": [{"参数": "base_pay", "生效月份": "2026-10", "值": "4000"}]}
    open_house.bring(sheets)
    send(hr, open_house, sheets)
    assert latest().state == "previewed"


@pytest.mark.parametrize(
    "sheets",
    [
        {"奖金": [{"工号": "A", "月份": "2026-09", "事由": "x", "金额": 500}]},
        {"订台": [booking("9", DAY, "A")]},
        {"订台": [booking("1", DAY, "A")]},
        {"订台": [booking("2", DAY, "B")]},
        {"打卡": [punch(DAY, "A", 上班="20:10")]},
        {"员工": [person("A", 押金=500)]},
    ],
    ids=["bonus", "new booking", "another's booking made one's own", "one's own made another's", "punch", "deposit"],
)
def test_who_is_employed_here_does_not_import_what_concerns_themselves(
    hr: Client, open_house: House, sheets: Sheets
) -> None:
    open_house.bring(GOOD | {"订台": [booking("1", DAY, "B"), booking("2", DAY, "A", 到店时间="22:00")]})
    Employee.objects.filter(number="A").update(user=somebody(open_house, Role.HR))
    send(hr, open_house, sheets)
    assert latest().state == "faulty"
    confirm(hr, open_house)
    assert not Bonus.objects.exists()
    other = signed_in(somebody(open_house, Role.HR, "周敏"))
    send(other, open_house, sheets)
    assert latest().state == "previewed"


def test_rows_about_oneself_that_change_nothing_pass(hr: Client, open_house: House) -> None:
    open_house.bring(GOOD)
    Employee.objects.filter(number="A").update(user=somebody(open_house, Role.HR))
    send(hr, open_house, {**GOOD, "打卡": [punch(DAY), punch(DAY, "B", 下班="01:40")]})
    assert latest().state == "previewed"


def test_the_command_may_all_of_it(open_house: House) -> None:
    user = somebody(open_house, Role.HR)
    Employee.objects.update(user=user)
    path = write_workbook(
        open_house.path(), {**GOOD, "制度": [{"参数": "base_pay", "生效月份": "2026-10", "值": "4000"}]}
    )
    import_workbook(path, venue_code="main", now=open_house.now)
    assert Punch.objects.count() == 2


def test_another_venues_import_is_not_found(hr: Client, open_house: House, tmp_path: Path) -> None:
    other = House(tmp_path, "other")
    other.bring({"员工": [person("X")]})
    theirs = signed_in(somebody(other, Role.HR, "other-hr"))
    send(theirs, other, GOOD)
    foreign = latest().pk
    for name in ("import_preview", "import_faults"):
        assert hr.get(at(open_house, name, foreign)).status_code == 404
        assert hr.get(at(open_house, name, 2**63)).status_code == 404
    for name in ("import_confirm", "import_throw_away", "import_again"):
        assert hr.post(at(open_house, name, foreign)).status_code == 404
    assert latest().state == "previewed"
    assert not tree(hr.get(at(open_house, "import_page"))).xpath("//ul[contains(@class, 'imports')]/li")


# --- what is kept -----------------------------------------------------------------------------------------
def test_a_file_is_kept_under_a_name_that_says_nothing_until_it_is_confirmed(hr: Client, open_house: House) -> None:
    send(hr, open_house, GOOD)
    (name,) = kept()
    assert len(name) == 32 + len(".xlsx")
    assert (Path(default_storage.location) / "workbooks" / name).stat().st_mode & 0o077 == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ends", ["import_confirm", "import_throw_away"])
def test_it_goes_once_it_is_confirmed_or_thrown_away(tmp_path: Path, ends: str) -> None:
    house = House(tmp_path)
    house.bring({"员工": [person()]})
    hr = as_role(house, Role.HR)
    send(hr, house, GOOD)
    hr.post(at(house, ends, latest().pk), {"agreed": latest().agreed})
    assert kept() == []
    assert latest().file.name == ""
    assert latest().preview == {}, "what guests it named goes too"


@pytest.mark.django_db(transaction=True)
def test_what_nobody_confirmed_for_a_week_goes(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.bring({"员工": [person()]})
    hr = as_role(house, Role.HR)
    send(hr, house, FAULTY)
    assert len(kept()) == 2
    hr.get(at(house, "import_page"))
    assert latest().state == "faulty"
    Import.objects.update(sent_at=timezone.now() - timedelta(days=8))
    hr.get(at(house, "import_page"))
    assert latest().state == "abandoned"
    assert kept() == []


def test_the_same_file_sent_again_by_the_same_person_takes_the_place_of_the_first(
    hr: Client, open_house: House
) -> None:
    what = content(open_house, GOOD)
    send(hr, open_house, what)
    send(hr, open_house, what)
    assert list(Import.objects.order_by("pk").values_list("state", flat=True)) == ["abandoned", "previewed"]


def test_a_file_thrown_away_is_not_confirmed_later(hr: Client, open_house: House) -> None:
    send(hr, open_house, GOOD)
    taken = latest()
    hr.post(at(open_house, "import_throw_away", taken.pk))
    confirm(hr, open_house, taken)
    assert latest().state == "abandoned"
    assert not Punch.objects.exists()


def test_the_history_lists_who_when_what(hr: Client, open_house: House) -> None:
    send(hr, open_house, GOOD)
    confirm(hr, open_house)
    words = text_of(hr.get(at(open_house, "import_page")), "//ul[contains(@class, 'imports')]")
    for word in ("九月.xlsx", "hr", latest().digest[:8], "已导入", "KB", "4"):
        assert word in words


def test_names_of_files_are_cut_and_cleaned(hr: Client, open_house: House) -> None:
    send(hr, open_house, GOOD, "很长的名字" * 40 + "\x07.xlsx")
    assert len(latest().name) <= 80
    assert latest().name.endswith(".xlsx")
    assert latest().name.isprintable()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_is_taken_from_the_page_and_filled_in(open_house: House, language: str) -> None:
    hr = as_role(open_house, Role.HR, language)
    answer = hr.get(at(open_house, "import_template_file"))
    assert "main-month-workbook.xlsx" in answer["Content-Disposition"]
    path = open_house.path()
    path.write_bytes(b"".join(answer.streaming_content))
    book = load_workbook(path)
    book["活动日"].append([DAY, "店庆"])
    book.save(path)
    send(hr, open_house, path.read_bytes())
    assert latest().counts["活动日"] == [1, 0, 0]


@pytest.mark.parametrize("state", ["many", "previewed"])
def test_the_pages_ask_a_constant_number_of_times(
    hr: Client, open_house: House, django_assert_max_num_queries: Callable[..., Any], state: str
) -> None:
    for number in range(3):
        send(hr, open_house, {"员工": [person(f"P{number}-{n}") for n in range(50)]})
    with django_assert_max_num_queries(10):
        hr.get(at(open_house, "import_page") if state == "many" else at(open_house, "import_preview", latest().pk))
