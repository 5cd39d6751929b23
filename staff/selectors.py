"""Reads about people."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from django.db.models import Q, QuerySet

from accounts.models import User
from staff.models import Employee
from venues.models import PolicyVersion, Venue


def employed_on(venue: Venue, day: date) -> QuerySet[Employee]:
    """Everyone employed at a venue on a day, by staff number."""
    return employed_between(venue, day, day)


def employed_between(venue: Venue, first: date, last: date) -> QuerySet[Employee]:
    """Everyone employed at a venue on at least one day of a span, by staff number."""
    people = Employee.objects.filter(Q(left_on=None) | Q(left_on__gte=first), venue=venue, hired_on__lte=last)
    return people.order_by("number")


def employment_of(user: User, venue: Venue, day: date) -> Employee | None:
    """Somebody's own employment at a venue on a day; the latest where there are several."""
    return employed_on(venue, day).filter(user=user).order_by("-hired_on", "-pk").first()


def is_employed(employee: Employee, day: date) -> bool:
    """Whether a person is employed on a day."""
    return employee.hired_on <= day and (employee.left_on is None or day <= employee.left_on)


def employments_of(user: User, venue: Venue) -> list[Employee]:
    """Somebody's employments at a venue, past ones too, the latest first."""
    return list(Employee.objects.filter(user=user, venue=venue).order_by("-hired_on", "-pk"))


def digest_of(version: PolicyVersion) -> str:
    """What names a version of the rulebook: other figures or another beginning, another version (7.1)."""
    text = json.dumps([str(version.effective_from or ""), version.values], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def next_number(numbers: Iterable[str]) -> str:
    """The staff number that follows those given, as most of them are written: ``124`` after ``123``, ``M007``."""
    found = [match.groups() for match in map(_NUMBER.fullmatch, numbers) if match]
    if not found:
        return "001"
    usual = Counter(prefix for prefix, _digits in found).most_common(1)[0][0]
    last = max((digits for prefix, digits in found if prefix == usual), key=int)
    return f"{usual}{int(last) + 1:0{len(last)}}"


_NUMBER = re.compile(r"(.*?)([0-9]{1,12})")
