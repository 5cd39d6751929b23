"""HR's pages of people: the list, the file, joining, leaving, papers, numbers shown on demand."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from accounts.permissions import Role
from staff.models import Employee, Paper, SensitiveAccess, Undertaking
from tests.house import House
from tests.pages.looking import as_role, at, signed_in, somebody, squeezed, text_of, tree
from tests.staff.conftest import ACCOUNT, SECRET, of
from tests.staff.test_employing import locked
from tests.workbooks import booking, person, punch
from venues.services import grant_role

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staffed(house: House, settings: Any, tmp_path: Any) -> House:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    house.now = NOW
    house.bring(
        {
            "员工": [
                person(身份证号=SECRET, 银行卡号=ACCOUNT, 开户行="工商银行", 押金=500, 手机="13900000001"),
                person("B"),
                person("C", 入职日期=date(2026, 11, 25)),
                person("D", 离职日期=date(2026, 11, 30), 离职类型="辞职", 离职申请日期=date(2026, 11, 10)),
                person("E", 离职日期=date(2026, 10, 31), 离职类型="开除"),
            ],
            "打卡": [punch(date(2026, 11, 10))],
            "订台": [booking("K1", date(2026, 11, 12))],
        }
    )
    return house


@pytest.fixture
def hr(staffed: House) -> Client:
    return as_role(staffed, Role.HR)


def pk(house: House, number: str = "A") -> int:
    return of(house, number).pk


def listed(page: Any) -> list[str]:
    return [cell.text_content().strip() for cell in tree(page).xpath("//tbody/tr/td[1]")]


def filled(page: Any) -> dict[str, str]:
    """What the page's main form would send."""
    form = tree(page).xpath("//main//form[.//button[contains(@class, 'main-act')]]")[0]
    return {key: value or "" for key, value in form.form_values() if key != "csrfmiddlewaretoken"}


def errors_at(page: Any, field: str) -> str:
    """What is said at a field of a form."""
    found = tree(page).xpath(
        f"//*[@name='{field}']/ancestor::*[self::div or self::fieldset][1]//ul[@class='errorlist']"
    )
    found = found or tree(page).xpath(f"//ul[@id='id_{field}_error']")
    return " ".join(one.text_content() for one in found)


class TestList:
    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ("", "ABCD"), ("?who=joining", "C"), ("?who=leaving", "D"), ("?who=left", "E"), ("?who=all", "ABCDE"),
            ("?who=nonsense&sort=nonsense&lacks=x&page=99", "ABCD"), ("?q=b", "B"), ("?q=员工E&who=all", "E"),
            ("?sort=-number", "DCBA"), ("?who=all&sort=hired", "ABDEC"), ("?who=all&sort=-left", "DEABC"),
            ("?lacks=bank", "BCD"), ("?lacks=notice&who=all", "D"), ("?q=%00", "ABCD"),
            ("?q=Ｂ", "B"), ("?q=员工\u200bＥ&who=all", "E"), ("?q=\u200b", "ABCD"),
        ],
    )  # fmt: skip
    def test_people_are_found(self, staffed: House, hr: Client, query: str, numbers: str) -> None:
        assert listed(hr.get(at(staffed, "people") + query)) == list(numbers)

    def test_a_notice_shorter_than_due_is_shown_and_what_is_missing(self, staffed: House, hr: Client) -> None:
        page = hr.get(at(staffed, "people") + "?who=leaving")
        assert "提前 20 天，应提前 30 天" in text_of(page)
        assert "银行卡号、身份证号、身份证复印件、合同、健康证、签字" in text_of(page)

    def test_nobody_found_and_nobody_at_all_are_told_apart(self, staffed: House, hr: Client, tmp_path: Any) -> None:
        assert "没有这样的人" in text_of(hr.get(at(staffed, "people") + "?q=zzz"))
        other = House(tmp_path, "empty")
        other.bring({})
        assert "还没有员工" in text_of(as_role(other, Role.HR).get(at(other, "people")))

    def test_no_one_of_another_venue_is_listed(self, staffed: House, hr: Client, tmp_path: Any) -> None:
        other = House(tmp_path, "other")
        other.bring({"员工": [person("X")]})
        assert "X" not in listed(hr.get(at(staffed, "people") + "?who=all"))


class TestJoining:
    def test_a_number_is_suggested_and_the_file_is_open(self, staffed: House, hr: Client) -> None:
        Employee.objects.filter(number="A").update(number="101")
        page = hr.get(at(staffed, "person_new"))
        given = filled(page)
        assert (given["number"], given["hired_on"]) == ("102", "2026-11-20")
        page = hr.post(at(staffed, "person_new"), given | {"name": "新人", "deposit": "500"}, follow=True)
        assert "新人" in text_of(page, "//h1")
        assert Employee.objects.get(number="102").deposit == 500

    def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(self, staffed: House, hr: Client) -> None:
        locked(staffed, "2026-10")
        given = {"number": "Z", "name": "新人", "hired_on": "2026-10-31", "phone": "139", "deposit": "1.5"}
        page = hr.post(at(staffed, "person_new"), given)
        assert "2026年10月" in errors_at(page, "hired_on")
        assert {key: filled(page)[key] for key in given} == given
        page = hr.post(at(staffed, "person_new"), given | {"deposit": "much", "hired_on": "9999-12-31"})
        assert errors_at(page, "deposit")
        assert errors_at(page, "hired_on")
        page = hr.post(at(staffed, "person_new"), given | {"number": "A", "hired_on": "2026-11-20"})
        assert "工号" in text_of(page, "//ul[contains(@class, 'errorlist')]")
        assert not Employee.objects.filter(name="新人").exists()


class TestFile:
    def test_a_change_is_saved_with_its_reason_and_told(self, staffed: House, hr: Client) -> None:
        address = at(staffed, "person_file", pk(staffed))
        page = hr.post(address, filled(hr.get(address)) | {"deposit": "800", "reason": "补交"}, follow=True)
        assert of(staffed, "A").deposit == 800
        told = text_of(page, "//ul[contains(@class, 'changes')]")
        assert "押金 ¥500.00 → ¥800.00" in told
        assert "补交" in told
        assert (of(staffed, "A").id_number, of(staffed, "A").bank_account) == (SECRET, ACCOUNT), (
            "not typed, not changed"
        )

    def test_a_number_typed_anew_replaces_the_old_and_is_told_without_it(self, staffed: House, hr: Client) -> None:
        address = at(staffed, "person_file", pk(staffed))
        given = filled(hr.get(address)) | {"bank_account": "6222999999999999", "reason": "换卡"}
        page = hr.post(address, given, follow=True)
        assert of(staffed, "A").bank_account == "6222999999999999"
        assert "6222999999999999" not in page.content.decode()
        assert "银行卡号 不显示 → 不显示" in text_of(page, "//ul[contains(@class, 'changes')]")

    def test_a_number_is_removed_where_that_is_said(self, staffed: House, hr: Client) -> None:
        address = at(staffed, "person_file", pk(staffed))
        given = filled(hr.get(address)) | {"no_bank_account": "on", "reason": "已注销"}
        assert errors_at(hr.post(address, given | {"bank_account": "62"}), "bank_account")
        hr.post(address, given)
        assert (of(staffed, "A").bank_account, of(staffed, "A").id_number) == ("", SECRET)

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, staffed: House, hr: Client) -> None:
        address = at(staffed, "person_file", pk(staffed))
        given = filled(hr.get(address)) | {"hired_on": "2026-11-11", "phone": "13700000000", "reason": "更正"}
        page = hr.post(address, given)
        assert "打卡" in errors_at(page, "hired_on")
        assert filled(page)["phone"] == "13700000000"
        page = hr.post(address, given | {"hired_on": "2025-01-02", "reason": ""})
        assert "原因" in text_of(page, "//ul[contains(@class, 'errorlist')]")
        assert of(staffed, "A").phone == "13900000001"

    def test_a_change_over_somebody_elses_is_told_once_and_then_saved(self, staffed: House, hr: Client) -> None:
        address = at(staffed, "person_file", pk(staffed))
        given = filled(hr.get(address)) | {"phone": "13700000000"}
        other = of(staffed, "A")
        other.deposit = 900
        other.save()
        page = hr.post(address, given)
        (row,) = tree(page).xpath("//table[@class='differences']/tbody/tr")
        assert [squeezed("".join(cell.itertext())) for cell in row] == ["押金（元）", "¥900.00"]
        assert of(staffed, "A").phone == "13900000001"
        hr.post(address, filled(page) | {"reason": "改回"})
        assert of(staffed, "A").phone == "13700000000"

    def test_the_own_file_is_looked_at_and_not_changed(self, staffed: House, hr: Client) -> None:
        Employee.objects.filter(number="A").update(user=somebody(staffed, Role.HR))
        address = at(staffed, "person_file", pk(staffed))
        page = hr.get(address)
        assert "这是你自己的档案" in text_of(page)
        assert not tree(page).xpath("//button[contains(@class, 'main-act')]")
        page = hr.post(address, {"name": "员工A", "hired_on": "2025-01-01", "deposit": "9", "seen": "1"}, follow=True)
        assert "不能管自己的档案" in text_of(page)
        assert of(staffed, "A").deposit == 500
        page = hr.post(at(staffed, "person_leave", pk(staffed)), {"left_on": "2026-11-30", "exit_kind": "resigned"})
        assert "自己的档案" in text_of(page)
        assert of(staffed, "A").left_on is None

    @pytest.mark.parametrize(
        "name",
        [
            "person", "person_file", "person_leave", "person_stay", "person_numbers", "person_paper_new",
            "person_undertaking", "person_undertaking_print",
        ],
    )  # fmt: skip
    def test_somebody_of_another_venue_does_not_exist(
        self, staffed: House, hr: Client, tmp_path: Any, name: str
    ) -> None:
        other = House(tmp_path, "other")
        other.bring({"员工": [person("X")]})
        for key in (of(other, "X").pk, 2**31, 2**63, 10**30):
            assert hr.get(at(staffed, name, key)).status_code == 404


class TestLeaving:
    def leave(self, house: House, client: Client, number: str = "A", **given: str) -> Any:
        asked = {"left_on": "2026-11-30", "exit_kind": "resigned", "noticed_on": "", "reason": "另有工作", **given}
        return client.post(at(house, "person_leave", pk(house, number)), asked)

    def test_what_it_means_is_said_before_the_act(self, staffed: House, hr: Client) -> None:
        page = self.leave(staffed, hr)
        assert of(staffed, "A").left_on is None
        said = text_of(page, "//section[@id='means']")
        assert "最后一份工资条是2026年11月的" in said
        assert "押金 ¥500.00 随这份工资退还" in said
        assert "没有书面离职申请的记录（6.1）" in said
        assert "底薪 3,000.00" in said
        page = hr.post(at(staffed, "person_leave", pk(staffed)), filled(page) | {"do": "1"}, follow=True)
        assert of(staffed, "A").left_on == date(2026, 11, 30)
        assert "最后在职日 2026年11月30日" in text_of(page)

    def test_a_dismissal_is_told_with_its_article_and_what_is_left(self, staffed: House, hr: Client) -> None:
        said = text_of(self.leave(staffed, hr, exit_kind="dismissed"), "//section[@id='means']")
        assert "开除的只退押金" in said
        assert "4.9" in said
        assert "底薪 0.00" in said
        assert said.count("500.00") >= 2
        assert Employee.objects.get(number="A", venue=staffed.venue).exit_kind == ""

    def test_another_leaving_than_the_one_looked_at_is_shown_first(self, staffed: House, hr: Client) -> None:
        seen = filled(self.leave(staffed, hr))
        page = hr.post(at(staffed, "person_leave", pk(staffed)), seen | {"exit_kind": "dismissed", "do": "1"})
        assert of(staffed, "A").left_on is None
        assert "开除的只退押金" in text_of(page)

    def test_a_day_before_a_record_is_refused_at_its_field_before_anything_is_said(
        self, staffed: House, hr: Client
    ) -> None:
        page = self.leave(staffed, hr, left_on="2026-11-11", noticed_on="2026-11-01")
        assert "订台" in errors_at(page, "left_on")
        assert not tree(page).xpath("//section[@id='means']")
        assert filled(page)["noticed_on"] == "2026-11-01"
        assert filled(page)["reason"] == "另有工作"

    def test_a_locked_month_is_told_with_the_way_out(self, staffed: House, hr: Client) -> None:
        locked(staffed, "2026-11")
        seen = filled(self.leave(staffed, hr, "B"))
        page = hr.post(at(staffed, "person_leave", pk(staffed, "B")), seen | {"do": "1"})
        assert "只有老板" in text_of(page, "//ul[contains(@class, 'errorlist')]")
        assert of(staffed, "B").left_on is None

    def test_a_second_click_changes_nothing_more(self, staffed: House, hr: Client) -> None:
        seen = filled(self.leave(staffed, hr)) | {"do": "1"}
        for _ in range(2):
            assert hr.post(at(staffed, "person_leave", pk(staffed)), seen).status_code == 302
        assert of(staffed, "A").history.count() == 2

    def test_a_leaving_is_taken_back(self, staffed: House, hr: Client) -> None:
        address = at(staffed, "person_stay", pk(staffed, "D"))
        assert errors_at(hr.post(address, {"reason": ""}), "reason")
        hr.post(address, {"reason": "留任"})
        assert of(staffed, "D").left_on is None
        assert "没有离职" in text_of(hr.post(address, {"reason": "again"}))


def photo(name: str = "card.png") -> SimpleUploadedFile:
    written = BytesIO()
    Image.new("RGB", (60, 40), "white").save(written, "PNG")
    return SimpleUploadedFile(name, written.getvalue(), "image/png")


class TestPapers:
    def added(self, house: House, client: Client, **given: Any) -> Any:
        asked = {"kind": "id_copy", "dated_on": "2026-11-01", "content": photo(), **given}
        return client.post(at(house, "person_paper_new", pk(house)), asked, follow=True)

    def test_a_paper_is_added_and_served_to_hr_who_asks_and_each_look_is_noted(
        self, staffed: House, hr: Client
    ) -> None:
        assert "身份证复印件" in text_of(self.added(staffed, hr), "//ul[contains(@class, 'papers')]")
        address = at(staffed, "person_paper", pk(staffed), Paper.objects.get().pk)
        assert hr.get(address).status_code == 302
        assert not SensitiveAccess.objects.exists()
        page = hr.post(address)
        assert page["Content-Type"] == "image/jpeg"
        assert "no-store" in page["Cache-Control"]
        assert SensitiveAccess.objects.get().paper == "id_copy"
        for role in (Role.OWNER, Role.FLOOR_MANAGER, Role.ACCOUNT_MANAGER, Role.HOST):
            assert as_role(staffed, role).post(address).status_code == 403
        assert SensitiveAccess.objects.count() == 1

    def test_a_paper_of_another_file_is_not_found_in_this_one(self, staffed: House, hr: Client) -> None:
        self.added(staffed, hr)
        for name in ("person_paper", "person_paper_remove"):
            assert hr.post(at(staffed, name, pk(staffed, "B"), Paper.objects.get().pk)).status_code == 404

    def test_what_is_no_photo_is_refused_and_the_rest_stays(self, staffed: House, hr: Client) -> None:
        page = self.added(staffed, hr, content=SimpleUploadedFile("x.png", b"no photo"), note="正反面")
        assert "x.png" in errors_at(page, "content")
        assert filled(page)["note"] == "正反面"
        page = self.added(staffed, hr, expires_on="2026-10-01")
        assert errors_at(page, "expires_on") or text_of(page, "//ul[contains(@class, 'errorlist')]")
        assert not Paper.objects.exists()

    def test_a_paper_is_removed_with_a_reason(self, staffed: House, hr: Client) -> None:
        self.added(staffed, hr)
        address = at(staffed, "person_paper_remove", pk(staffed), Paper.objects.get().pk)
        assert "身份证复印件" in text_of(hr.get(address))
        assert errors_at(hr.post(address, {"reason": " "}), "reason")
        assert hr.post(address, {"reason": "拍错"}).status_code == 302
        assert not Paper.objects.exists()


class TestUndertakings:
    def test_a_signing_is_recorded_shown_and_taken_back(self, staffed: House, hr: Client) -> None:
        somebody(staffed, Role.OWNER, "高远")
        address = at(staffed, "person_undertaking", pk(staffed))
        given = filled(hr.get(address))
        assert given["countersigned_by"] == "高远"
        page = hr.post(address, given, follow=True)
        assert "现行" in text_of(page, "//section[@aria-labelledby='file-undertaking']")
        assert errors_at(hr.post(address, given), "version")
        row = Undertaking.objects.get()
        hr.post(at(staffed, "person_undertaking_remove", pk(staffed), row.pk), {"reason": "记错"})
        assert not Undertaking.objects.exists()

    def test_the_document_has_promises_rules_and_lines_to_sign(self, staffed: House, hr: Client) -> None:
        page = hr.get(at(staffed, "person_undertaking_print", pk(staffed)))
        said = text_of(page, "//article")
        for words in ("属实", "每次扣 50 元", "签名", "会签", "•••• 0012", "5.A–5.F"):
            assert words in said
        assert SECRET not in page.content.decode()


class TestNumbers:
    def test_a_number_is_shown_once_for_each_look_and_each_look_is_noted_once(self, staffed: House, hr: Client) -> None:
        address = at(staffed, "person_numbers", pk(staffed))
        page = hr.post(address, {"what": "id"})
        assert text_of(page, "//p[contains(@class, 'shown-number')]") == SECRET
        assert "no-store" in page["Cache-Control"]
        assert SensitiveAccess.objects.count() == 1
        assert ACCOUNT in hr.post(address, {"what": "bank"}).content.decode()
        looks = text_of(hr.get(at(staffed, "person_file", pk(staffed))), "//ul[contains(@class, 'looks')]")
        assert "银行卡号" in looks
        assert "身份证号" in looks
        assert SensitiveAccess.objects.count() == 2, "to look at the looks is none"

    def test_asking_by_get_shows_and_notes_nothing(self, staffed: House, hr: Client) -> None:
        page = hr.get(at(staffed, "person_numbers", pk(staffed)) + "?what=id", follow=True)
        assert SECRET not in page.content.decode()
        assert not SensitiveAccess.objects.exists()

    @pytest.mark.parametrize("what", ["", "phone", "id_number", "9" * 5000])
    def test_what_is_no_number_is_no_look(self, staffed: House, hr: Client, what: str) -> None:
        assert hr.post(at(staffed, "person_numbers", pk(staffed)), {"what": what}).status_code == 302
        assert not SensitiveAccess.objects.exists()

    def test_the_owner_reads_who_looked_and_no_number(self, staffed: House, hr: Client) -> None:
        hr.post(at(staffed, "person_numbers", pk(staffed)), {"what": "id"})
        owner = as_role(staffed, Role.OWNER)
        page = owner.get(at(staffed, "access_log"))
        assert "A 员工A" in text_of(page)
        assert SECRET not in page.content.decode()
        assert "A 员工A" in text_of(owner.get(at(staffed, "access_log") + f"?person={pk(staffed)}"))
        assert "还没人看过" in text_of(owner.get(at(staffed, "access_log") + f"?person={pk(staffed, 'B')}"))
        assert owner.get(at(staffed, "access_log") + "?person=²").status_code == 200

    def test_a_card_of_somebody_else_is_hinted_at_on_the_file(self, staffed: House, hr: Client) -> None:
        other = of(staffed, "B")
        other.bank_account = ACCOUNT
        other.save()
        page = text_of(hr.get(at(staffed, "person_file", pk(staffed))))
        assert f"与 B {other.name} 的银行卡号相同" in page
        assert ACCOUNT not in page

    def test_no_page_but_that_one_has_a_full_number(self, staffed: House, hr: Client) -> None:
        """Of every role, every page of people and of payroll, after the numbers have changed once."""
        key = pk(staffed)
        file, signing = (at(staffed, name, key) for name in ("person_file", "person_undertaking"))
        new = ("110101199003079999", "6222000000000009999")
        hr.post(file, filled(hr.get(file)) | {"id_number": new[0], "bank_account": new[1], "reason": "换证"})
        assert (of(staffed, "A").id_number, of(staffed, "A").bank_account) == new
        hr.post(signing, filled(hr.get(signing)))
        staffed.run("2026-11")
        tabs = ("calendar", "bookings", "ledger", "payslips", "requests", "changes")
        of_person = (
            "person_file", "person_leave", "person_stay", "person_numbers", "person_paper_new", "person_undertaking",
            "person_undertaking_print",
        )  # fmt: skip
        pages = [
            *(at(staffed, name) for name in ("people", "person_new", "access_log", "messages")),
            *(at(staffed, "person", key) + f"?tab={tab}" for tab in tabs),
            *(at(staffed, name, key) for name in of_person),
            *(at(staffed, name, "2026-11") for name in ("payroll_month", "payslips_print")),
            at(staffed, "payslip", "2026-11", key),
        ]
        shown = 0
        for role in Role:
            client = as_role(staffed, role)
            for one in pages:
                page = client.get(one)
                shown += page.status_code == 200
                for number in (SECRET, ACCOUNT, *new):
                    assert number not in page.content.decode(), (role, one)
        assert shown > 30
        assert not SensitiveAccess.objects.exists()


def test_who_has_two_roles_may_do_what_either_may(staffed: House) -> None:
    user: User = somebody(staffed, Role.FLOOR_MANAGER, "both")
    grant_role(venue=staffed.venue, user=user, role=Role.HR)
    assert signed_in(user).get(at(staffed, "people")).status_code == 200
