"""Papers, undertakings, looks at what is hidden."""

from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from accounts.permissions import Role
from rulebook.calendar import CalendarMonth
from rulebook.identifiers import luhn_holds
from staff.errors import Unfit
from staff.identity import Identity, doubts_about
from staff.models import Employee, Paper, SensitiveAccess, masked
from staff.register import gaps_of, lacking, with_gaps
from staff.selectors import digest_of
from staff.services import (
    add_paper,
    record_undertaking,
    remove_paper,
    remove_undertaking,
    reveal_number,
    reveal_paper,
)
from tests.house import House
from tests.pages.looking import somebody
from tests.staff.conftest import ACCOUNT, NOW, SECRET, of
from venues.errors import Refused
from venues.models import PolicyVersion
from venues.selectors import policy_of
from venues.services import set_policy

TODAY = date(2026, 11, 20)


def in_force(house: House) -> PolicyVersion:
    return policy_of(house.venue, CalendarMonth.of(TODAY))


def paper(house: House, user: User, kind: str = "contract", **more: Any) -> Paper:
    return add_paper(employee=of(house, "A"), user=user, kind=kind, **{"dated_on": TODAY, "now": NOW, **more})


def sign(house: House, user: User, number: str = "A", **more: Any) -> Any:
    given = {"version": in_force(house), "signed_on": TODAY, "countersigned_by": "高远", "now": NOW, **more}
    return record_undertaking(employee=of(house, number), user=user, **given)


def lacks(house: House, lack: str) -> set[str]:
    people = with_gaps(Employee.objects.filter(venue=house.venue), today=TODAY, version=digest_of(in_force(house)))
    return set(people.filter(lacking(lack, today=TODAY, notice_days=30)).values_list("number", flat=True))


@pytest.mark.parametrize(
    ("number", "shown"),
    [("", ""), (SECRET, "•••• 0012"), ("12345678", "••••"), ("123456789", "•••• 6789"), ("1", "••••")],
)
def test_a_number_is_shown_by_its_last_four(number: str, shown: str) -> None:
    assert masked(number) == shown


class TestLooks:
    def test_each_look_is_noted_with_who_when_whose_which(self, staffed: House, hr: User) -> None:
        assert reveal_number(employee=of(staffed, "A"), user=hr, what="id", now=NOW) == SECRET
        assert reveal_number(employee=of(staffed, "A"), user=hr, what="bank", now=NOW) == ACCOUNT
        looks = SensitiveAccess.objects.order_by("pk").values_list("employee__number", "user", "what", "at")
        assert list(looks) == [("A", hr.pk, "id", NOW), ("A", hr.pk, "bank", NOW)]

    @pytest.mark.parametrize("role", [Role.OWNER, Role.FLOOR_MANAGER, Role.HOST, Role.ACCOUNT_MANAGER])
    def test_nobody_else_sees_a_number(self, staffed: House, role: Role) -> None:
        with pytest.raises(Refused):
            reveal_number(employee=of(staffed, "A"), user=somebody(staffed, role), what="id", now=NOW)
        assert not SensitiveAccess.objects.exists()

    @pytest.mark.parametrize(("number", "what"), [("A", "deposit"), ("A", ""), ("B", "id")])
    def test_what_is_not_there_is_no_look(self, staffed: House, hr: User, number: str, what: str) -> None:
        with pytest.raises(Refused):
            reveal_number(employee=of(staffed, number), user=hr, what=what, now=NOW)
        assert not SensitiveAccess.objects.exists()

    def test_a_paper_bears_the_numbers_so_a_look_at_it_is_noted(self, staffed: House, hr: User) -> None:
        kept = paper(staffed, hr, "id_copy", content=ContentFile(b"x", name="paper.jpg"))
        with reveal_paper(paper=kept, user=hr, now=NOW) as found:
            assert found.read() == b"x"
        assert list(SensitiveAccess.objects.values_list("what", "paper")) == [("paper", "id_copy")]
        with pytest.raises(Refused):
            reveal_paper(paper=kept, user=somebody(staffed, Role.OWNER), now=NOW)

    def test_a_photo_that_is_gone_is_no_look(self, staffed: House, hr: User) -> None:
        kept = paper(staffed, hr, content=ContentFile(b"x", name="paper.jpg"))
        default_storage.delete(kept.file.name)
        with pytest.raises(Refused):
            reveal_paper(paper=kept, user=hr, now=NOW)
        assert not SensitiveAccess.objects.exists()


class TestPapers:
    def test_a_paper_is_kept_under_a_name_that_says_nothing(self, staffed: House, hr: User) -> None:
        kept = paper(staffed, hr, content=ContentFile(b"x", name="110101199003090012.jpg"))
        assert SECRET not in kept.file.name
        assert kept.history.get().history_user == hr

    def test_a_removed_paper_takes_its_photo_along_and_leaves_its_trace(
        self, staffed: House, hr: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        kept = paper(staffed, hr, content=ContentFile(b"x", name="paper.jpg"))
        name = kept.file.name
        with django_capture_on_commit_callbacks(execute=True):
            remove_paper(paper=kept, user=hr, reason="wrong person")
        assert not default_storage.exists(name)
        assert Paper.history.latest("history_id").history_change_reason == "wrong person"
        with pytest.raises(Refused):
            remove_paper(paper=kept, user=hr, reason="again")

    def test_what_cannot_be_is_refused(self, staffed: House, hr: User) -> None:
        with pytest.raises(Unfit):
            paper(staffed, hr, dated_on=date(2026, 11, 21))
        with pytest.raises(Unfit):
            paper(staffed, hr, expires_on=date(2026, 11, 19))
        with pytest.raises(Unfit):
            paper(staffed, hr, kind="poem")
        with pytest.raises(Refused):
            paper(staffed, somebody(staffed, Role.OWNER))
        assert not Paper.objects.exists()

    def test_nobody_adds_to_or_takes_from_the_own_file(self, staffed: House, hr: User) -> None:
        kept = paper(staffed, hr)
        Employee.objects.filter(number="A").update(user=hr)
        kept = Paper.objects.get(pk=kept.pk)
        for act in (lambda: paper(staffed, hr), lambda: remove_paper(paper=kept, user=hr, reason="x")):
            with pytest.raises(Refused, match="自己"):
                act()


class TestUndertakings:
    def test_it_keeps_name_number_day_version_and_who_countersigned(self, staffed: House, hr: User) -> None:
        row = sign(staffed, hr)
        row.refresh_from_db()
        assert (row.name, row.id_number, row.signed_on, row.countersigned_by) == ("员工A", SECRET, TODAY, "高远")
        assert row.version_digest == digest_of(in_force(staffed))
        Employee.objects.filter(number="A").update(name="改名", id_number="x")
        row.refresh_from_db()
        assert row.name == "员工A"

    def test_a_new_version_asks_everybody_to_sign_again(self, staffed: House, hr: User) -> None:
        sign(staffed, hr)
        assert lacks(staffed, "signature") == {"B"}
        set_policy(venue=staffed.venue, month=CalendarMonth(2026, 12), values={"late_fine": "60"})
        assert lacks(staffed, "signature") == {"B"}, "not before it is in force"
        set_policy(venue=staffed.venue, month=CalendarMonth(2026, 11), values={"late_fine": "70"})
        assert lacks(staffed, "signature") == {"A", "B"}
        sign(staffed, hr)
        assert lacks(staffed, "signature") == {"B"}

    def test_a_version_whose_figures_were_stated_anew_is_another(self, staffed: House, hr: User) -> None:
        month = CalendarMonth(2026, 11)
        set_policy(venue=staffed.venue, month=month, values={"late_fine": "70"})
        sign(staffed, hr)
        set_policy(venue=staffed.venue, month=month, values={"late_fine": "80"})
        assert lacks(staffed, "signature") == {"A", "B"}

    def test_what_cannot_be_is_refused(self, staffed: House, hr: User, tmp_path: Any) -> None:
        sign(staffed, hr)
        other = House(tmp_path, "other")
        other.bring({})
        for given in (
            {}, {"number": "B", "signed_on": date(2026, 11, 21)}, {"number": "B", "countersigned_by": " "},
            {"number": "B", "version": in_force(other)},
        ):  # fmt: skip
            with pytest.raises(Unfit):
                sign(staffed, hr, **given)
        Employee.objects.filter(number="B").update(user=hr)
        with pytest.raises(Refused, match="自己"):
            sign(staffed, hr, "B")

    def test_one_recorded_by_mistake_is_taken_back_with_its_trace(self, staffed: House, hr: User) -> None:
        row = sign(staffed, hr)
        remove_undertaking(undertaking=row, user=hr, reason="it was B")
        assert lacks(staffed, "signature") == {"A", "B"}
        assert row.history.model.objects.latest("history_id").history_change_reason == "it was B"


class TestGaps:
    def test_files_are_found_by_what_they_lack(self, staffed: House, hr: User) -> None:
        assert lacks(staffed, "bank") == lacks(staffed, "id") == {"B"}
        assert lacks(staffed, "papers") == lacks(staffed, "any") == {"A", "B"}
        for kind in ("id_copy", "contract", "health"):
            paper(staffed, hr, kind)
        assert lacks(staffed, "papers") == {"B"}
        assert lacks(staffed, "any") == {"A", "B"}
        sign(staffed, hr)
        assert lacks(staffed, "any") == {"B"}

    def test_a_paper_that_has_expired_is_missing(self, staffed: House, hr: User) -> None:
        for kind in ("id_copy", "contract", "health"):
            paper(staffed, hr, kind, expires_on=TODAY)
        assert lacks(staffed, "papers") == {"B"}
        Paper.objects.filter(kind="health").update(dated_on=date(2026, 1, 1), expires_on=date(2026, 11, 19))
        assert lacks(staffed, "papers") == {"A", "B"}
        people = with_gaps(Employee.objects.filter(number="A"), today=TODAY, version="")
        assert [str(gap) for gap in gaps_of(people.get())] == ["健康证", "签字"]

    @pytest.mark.parametrize(
        ("noticed", "kind", "is_short"),
        [
            (date(2026, 10, 31), "resigned", False), (date(2026, 11, 1), "resigned", True), (None, "resigned", True),
            (None, "dismissed", False),
        ],
    )  # fmt: skip
    def test_a_notice_of_fewer_days_than_are_due_is_short(
        self, staffed: House, noticed: date | None, kind: str, is_short: bool
    ) -> None:
        Employee.objects.filter(number="B").update(left_on=date(2026, 11, 30), exit_kind=kind, noticed_on=noticed)
        assert lacks(staffed, "notice") == ({"B"} if is_short else set())

    def test_the_file_of_who_left_lacks_nothing(self, staffed: House) -> None:
        Employee.objects.filter(number="B").update(left_on=date(2026, 11, 19), exit_kind="dismissed")
        assert lacks(staffed, "any") == {"A"}


# --- numbers ----------------------------------------------------------------------------------------------


def _identity(number: str, **more: Any) -> Identity:
    values: dict[str, Any] = {
        "name": f"员工{number}", "hired_on": date(2025, 1, 1), "left_on": None, "id_number": "", "bank_account": "",
    }  # fmt: skip
    return Identity(number, *(values | more).values())


def _told(*people: Identity) -> list[tuple[str, str]]:
    return [(doubt.number, doubt.field) for doubt in doubts_about(people)]


def test_a_card_whose_check_digit_is_wrong_is_odd() -> None:
    assert luhn_holds("6228480402564890018")
    assert _told(_identity("A", bank_account="6228480402564890018")) == []
    assert _told(_identity("A", bank_account="6228480402564890019")) == [("A", "bank_account")]


def test_an_id_number_of_nearly_eighteen_digits_is_odd() -> None:
    assert _told(_identity("A", id_number="11010119900307131"), _identity("B", id_number="E1234567")) == [
        ("A", "id_number")
    ]


@pytest.mark.parametrize("field", ["id_number", "bank_account"])
def test_a_number_on_two_people_is_odd_for_both(field: str) -> None:
    number = "6228480402564890018" if field == "bank_account" else "E1234567"
    spelled = f"{number[:4]} {number[4:]}"
    assert _told(_identity("A", **{field: number}), _identity("B", **{field: spelled}), _identity("C")) == [
        ("A", field), ("B", field),
    ]  # fmt: skip


def test_who_came_back_under_a_new_number_is_one_person() -> None:
    numbers = {"id_number": "E1234567", "bank_account": "6228480402564890018"}
    before = _identity("A", name="王", left_on=date(2025, 6, 1), **numbers)
    after = _identity("B", name="王", hired_on=date(2025, 9, 1), **numbers)
    assert _told(before, after) == []
    assert len(_told(before, after._replace(hired_on=date(2025, 5, 1)))) == 4
