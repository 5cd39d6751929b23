"""Policy versions stated and taken back by the owner: with a reason, told to everybody, never under a locked month."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

from accounts.models import User
from accounts.permissions import Role
from commissions.policy.services import Versions, state_policy, withdraw_policy
from inbox.models import Message
from rulebook.calendar import CalendarMonth
from rulebook.policy import PolicyError
from tests.house import House
from tests.pages.looking import somebody
from tests.workbooks import person, punch
from venues.errors import PolicyInUse, Refused
from venues.models import Month, PolicyVersion
from venues.selectors import policy_of
from venues.services import set_policy

SEPTEMBER, OCTOBER, NOVEMBER = (CalendarMonth.parse(f"2026-{month:02}") for month in (9, 10, 11))
NOW = datetime(2026, 9, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(kept_house: House) -> House:
    """A and B sign in, C does not; D signs in and left in August; HR; the owner."""
    kept_house.bring({
        "员工": [person("A"), person("B"), person("C"), person("D", 离职日期="2026-08-31", 离职类型="辞职")],
        "打卡": [punch(SEPTEMBER.first)],
    })  # fmt: skip
    for number in "ABD":
        user = somebody(kept_house, Role.ACCOUNT_MANAGER, f"user-{number}")
        kept_house.venue.employees.filter(number=number).update(user=user)
    somebody(kept_house, Role.HR)
    somebody(kept_house, Role.OWNER)
    return kept_house


def owner() -> User:
    return User.objects.get(username="owner")


def state(house: House, month: CalendarMonth, reason: str = "留住人", **values: str) -> PolicyVersion:
    state_policy(venue=house.venue, user=owner(), month=month, values=values, reason=reason, now=NOW)
    return PolicyVersion.objects.get(venue=house.venue, effective_from=month.first)


def told(language: str = "en") -> dict[str, list[str]]:
    with translation.override(language):
        found: dict[str, list[str]] = {}
        for message in Message.objects.filter(key__startswith="policy").select_related("user").order_by("pk"):
            found.setdefault(message.user.username, []).append(str(message))
        return found


def test_a_version_holds_from_its_month_on_and_leaves_a_trace(house: House) -> None:
    version = state(house, OCTOBER, commission_rate="0.04")
    assert (
        policy_of(house.venue, SEPTEMBER).policy.commission_rate.as_tuple() != version.policy.commission_rate.as_tuple()
    )
    assert policy_of(house.venue, NOVEMBER) == version
    trace = version.history.get()
    assert (trace.history_user, trace.history_change_reason) == (owner(), "留住人")


def test_everybody_employed_who_signs_in_is_told_what_changes_and_from_when_but_who_did_it(house: House) -> None:
    state(house, OCTOBER, commission_rate="0.04", absence_fine="300")
    text = (
        "New rules from October 2026: Fine a day of absence 200 yuan → 300 yuan; "
        "Commission on sales above the target 3% → 4%"
    )
    assert told() == {"user-A": [text], "user-B": [text], "hr": [text]}
    assert told("zh-hans")["user-A"] == ["2026年10月起制度有改动：旷工每天扣款 200 元 → 300 元；超额提成比例 3% → 4%"]


def test_who_reads_the_policy_is_led_to_it_and_nobody_else(house: House) -> None:
    state(house, OCTOBER, commission_rate="0.04")
    paths = dict(Message.objects.filter(key__startswith="policy").values_list("user__username", "path"))
    assert paths == {"hr": "/v/main/policy/2026-10/", "user-A": "", "user-B": ""}


def test_stated_anew_it_is_told_anew_beside_what_holds_before_it(house: House) -> None:
    state(house, OCTOBER, commission_rate="0.04")
    state_policy(
        venue=house.venue, user=owner(), month=OCTOBER, values={"absence_fine": "300"}, reason="x",
        now=NOW.replace(hour=13),
    )  # fmt: skip
    assert told()["user-A"][1].endswith("200 yuan → 300 yuan; Commission on sales above the target 3% → 4%")


def test_what_changes_nothing_is_refused_and_told_to_nobody(house: House) -> None:
    with pytest.raises(Refused):
        state(house, OCTOBER, commission_rate="0.030")
    assert not told()
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_is_asked_for(house: House, reason: str) -> None:
    with pytest.raises(Refused):
        state(house, OCTOBER, reason, commission_rate="0.04")
    assert PolicyVersion.objects.count() == 1


def test_a_figure_out_of_range_is_refused_and_names_its_parameter(house: House) -> None:
    with pytest.raises(PolicyError) as refusal:
        state(house, OCTOBER, commission_rate="4")
    assert refusal.value.parameter == "commission_rate"


@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.HOST, Role.FLOOR_MANAGER, Role.HR])
def test_nobody_but_the_owner_states_or_takes_back(house: House, role: Role, tmp_path: Path) -> None:
    user = somebody(house, role)
    other = House(tmp_path, "other")
    other.bring({"员工": [person()]})
    somebody(other, Role.OWNER, str(user.username))  # an owner elsewhere is nothing here
    with pytest.raises(Refused):
        state_policy(venue=house.venue, user=user, month=OCTOBER, values={"late_fine": "1"}, reason="x", now=NOW)
    version = state(house, OCTOBER, late_fine="60")
    with pytest.raises(Refused):
        withdraw_policy(version=version, user=user, reason="x", now=NOW)
    assert PolicyVersion.objects.filter(pk=version.pk).exists()


@pytest.mark.parametrize("state_of_month", [Month.State.LOCKED, Month.State.PAID])
def test_what_a_locked_month_used_is_neither_stated_nor_taken_back(house: House, state_of_month: str) -> None:
    version = state(house, SEPTEMBER, late_fine="60")
    Month.objects.filter(venue=house.venue, first_day=SEPTEMBER.first).update(state=state_of_month)
    with pytest.raises(PolicyInUse, match="2026年9月"):
        state(house, SEPTEMBER, late_fine="70")
    with pytest.raises(PolicyInUse, match="2026年9月"):
        withdraw_policy(version=version, user=owner(), reason="x", now=NOW)
    with pytest.raises(PolicyInUse):  # a later version would change it as well
        state(house, CalendarMonth.parse("2026-08"), late_fine="70")
    state(house, OCTOBER, late_fine="70")


def test_a_version_taken_back_is_gone_with_its_reason_kept_and_everybody_told(house: House) -> None:
    version = state(house, OCTOBER, late_fine="60")
    withdraw_policy(version=version, user=owner(), reason="想错了", now=NOW)
    assert policy_of(house.venue, OCTOBER).policy.late_fine == 50
    trace = PolicyVersion.history.filter(history_type="-").get()
    assert (trace.history_user, trace.history_change_reason) == (owner(), "想错了")
    assert told()["user-A"][1] == (
        "The new rules announced from October 2026 are taken back; what held before goes on."
    )


def test_a_version_that_a_payroll_used_is_not_taken_back(house: House) -> None:
    version = state(house, SEPTEMBER, late_fine="60")
    house.run("2026-09")
    with pytest.raises(PolicyInUse):
        withdraw_policy(version=version, user=owner(), reason="x", now=NOW)
    assert len(told()["user-A"]) == 1, "nobody is told of what did not happen"


def test_drafts_from_the_month_on_are_stale(house: House) -> None:
    house.run("2026-09")
    state(house, OCTOBER, late_fine="60")
    assert not house.current("2026-09").is_stale
    state(house, SEPTEMBER, late_fine="60")
    assert house.current("2026-09").is_stale


class TestHistory:
    def test_versions_stand_in_order_with_their_spans_and_what_is_locked(self, house: House) -> None:
        state(house, NOVEMBER, late_fine="70")
        state(house, SEPTEMBER, late_fine="60")
        Month.objects.filter(venue=house.venue, first_day=SEPTEMBER.first).update(state=Month.State.LOCKED)
        versions = Versions(house.venue)
        assert [(one.number, one.first, one.last, one.locked) for one in versions.all] == [
            (1, None, CalendarMonth.parse("2026-08"), []),
            (2, SEPTEMBER, OCTOBER, [SEPTEMBER]),
            (3, NOVEMBER, None, []),
        ]
        assert versions.in_force(OCTOBER).number == 2
        assert versions.after(SEPTEMBER) == versions.all[2]

    def test_each_figure_names_who_stated_it_last(self, house: House) -> None:
        set_policy(venue=house.venue, month=SEPTEMBER, values={"late_fine": "60"}, reason="导入")
        state(house, OCTOBER, "第二次", commission_rate="0.04")
        state(house, NOVEMBER, "第三次", commission_rate="0.05")
        versions = Versions(house.venue)
        touches = versions.touches(versions.in_force(OCTOBER))
        assert {name: (touch.who, touch.why, touch.first) for name, touch in touches.items()} == {
            "late_fine": ("", "导入", SEPTEMBER), "commission_rate": ("owner", "第二次", OCTOBER),
        }  # fmt: skip

    def test_a_figure_stated_and_stated_back_was_never_touched(self, house: House) -> None:
        state(house, OCTOBER, late_fine="60")
        state(house, OCTOBER, late_fine="50", early_fine="60")
        versions = Versions(house.venue)
        assert set(versions.touches(versions.in_force(OCTOBER))) == {"early_fine"}

    def test_changes_are_told_figure_by_figure_those_taken_back_too(self, house: House) -> None:
        state(house, OCTOBER, "一", late_fine="60")
        version = state(house, OCTOBER, "二", late_fine="70", commission_rate="0.04")
        withdraw_policy(version=version, user=owner(), reason="三", now=NOW)
        with translation.override("en"):
            changes = [(one.kind, one.why, list(one.what)) for one in Versions(house.venue).changes()]
        assert changes[:3] == [
            ("-", "三", []),
            ("~", "二", [
                ("Fine for being late", "60 yuan", "70 yuan"), ("Commission on sales above the target", "3%", "4%"),
            ]),
            ("+", "一", [("Fine for being late", "50 yuan", "60 yuan")]),
        ]  # fmt: skip

    def test_another_venues_versions_are_not_among_them(self, house: House, tmp_path: Path) -> None:
        other = House(tmp_path, "other")
        other.bring({"员工": [person()]})
        set_policy(venue=other.venue, month=OCTOBER, values={"late_fine": "60"})
        assert len(Versions(house.venue).all) == 1
        assert len(Versions(house.venue).changes()) == 1
