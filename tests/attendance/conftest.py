"""A house with three account managers, two floor managers, HR, on the evening of 24 November 2026."""

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile

from accounts.models import User
from accounts.permissions import Role
from attendance.models import Request, Rest
from attendance.requests.kinds.leave import ask_leave
from attendance.requests.services.requests import Attachment
from rulebook.attendance import Day
from rulebook.calendar import CalendarMonth, moment
from staff.models import Employee
from tests.house import House
from tests.workbooks import person
from venues.models import Venue
from venues.services import grant_role
from violations.ledger.derive import derive
from violations.ledger.inputs import month_facts

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 24)
NOVEMBER = CalendarMonth(2026, 11)


def clock(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A time on a business day: before noon it is the next calendar day's."""
    return moment(day, time(hour, minute, second), ZONE)


NOW = clock(TODAY, 18)
ENDED = datetime(2026, 12, 2, 12, tzinfo=ZONE)


def november(day: int) -> date:
    return date(2026, 11, day)


@dataclass
class Team:
    """The people of a house by staff number, and the users who decide."""

    house: House
    boss: User
    other_boss: User
    hr: User

    @property
    def venue(self) -> Venue:
        return self.house.venue

    def person(self, number: str) -> Employee:
        return self.venue.employees.select_related("venue", "user").get(number=number)

    def user(self, number: str) -> User:
        user = self.person(number).user
        assert user is not None
        return user

    def rest(self, number: str, *days: int, kind: str = "regular") -> None:
        for day in days:
            Rest.objects.create(employee=self.person(number), business_day=november(day), kind=kind)

    def rests(self, number: str) -> dict[date, str]:
        return dict(self.person(number).rests.values_list("business_day", "kind"))

    def decided(self, number: str, *days: int, now: datetime = ENDED) -> list[str]:
        """What these days of November were decided to be, once it has ended."""
        found = self.days(number, now=now)
        return [found[november(day)].verdict.value for day in days]

    def days(self, number: str, now: datetime = ENDED) -> dict[date, Day]:
        pk = self.person(number).pk
        policy = self.venue.policy_versions.get().policy
        facts = month_facts(self.venue, NOVEMBER, [pk], policy=policy, now=now)
        return {day.day: day for day in derive(facts)[pk].days}

    def leave(
        self,
        kind: str = "personal",
        first: int = 26,
        last: int = 27,
        now: datetime = NOW,
        papers: tuple[str, ...] = (),
    ) -> Request:
        """Leave that A asks for."""
        return ask_leave(
            employee=self.person("A"),
            user=self.user("A"),
            kind=kind,
            first=november(first),
            last=november(last),
            reason="",
            now=now,
            papers=[Attachment(one, ContentFile(b"\xff\xd8", name="paper.jpg")) for one in papers],
        )


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: LazySettings) -> Path:
    """Where papers are kept in a test."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return tmp_path / "files"


def team_of(house: House) -> Team:
    house.bring({"员工": [person("A"), person("B"), person("C")]})
    for number in "ABC":
        user = User.objects.create(username=f"user-{number}", name=f"员工{number}")
        grant_role(venue=house.venue, user=user, role=Role.ACCOUNT_MANAGER)
        house.venue.employees.filter(number=number).update(user=user)
    made = []
    for name, role in (("王经理", Role.FLOOR_MANAGER), ("李经理", Role.FLOOR_MANAGER), ("吴静", Role.HR)):
        made.append(User.objects.create(username=name, name=name))
        grant_role(venue=house.venue, user=made[-1], role=role)
    return Team(house, *made)


@pytest.fixture(scope="module")
def team(kept_house: House) -> Team:
    return team_of(kept_house)
