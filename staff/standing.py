"""A person's employment status on a day."""

from datetime import date
from enum import StrEnum

from django.utils.translation import pgettext_lazy

from pages.badges import Badge
from rulebook.pay import Employment
from rulebook.policy import Policy
from staff.models import Employee


class EmploymentStatus(StrEnum):
    JOINING = "joining"  # 待入职
    PROBATION = "probation"  # 试用
    ACTIVE = "active"  # 在职
    LEAVING = "leaving"  # 离职中
    LEFT = "left"  # 已离职


BADGES = {
    EmploymentStatus.JOINING: Badge("held", pgettext_lazy("employment", "joining"), "user-plus"),
    EmploymentStatus.PROBATION: Badge("turn", pgettext_lazy("employment", "in probation"), "academic-cap"),
    EmploymentStatus.ACTIVE: Badge("seated", pgettext_lazy("employment", "employed"), "check"),
    EmploymentStatus.LEAVING: Badge("waits", pgettext_lazy("employment", "leaving"), "arrow-right-start-on-rectangle"),
    EmploymentStatus.LEFT: Badge("free", pgettext_lazy("employment", "left"), "minus"),
}


def standing_of(employee: Employee, day: date, policy: Policy) -> EmploymentStatus:
    """Where somebody stands on a day; who is leaving in probation is leaving (2.3)."""
    if employee.hired_on > day:
        return EmploymentStatus.JOINING
    if employee.left_on is not None:
        return EmploymentStatus.LEFT if employee.left_on < day else EmploymentStatus.LEAVING
    ends = Employment(employee.hired_on).probation_ends(policy)
    return EmploymentStatus.PROBATION if day <= ends else EmploymentStatus.ACTIVE


def notice_given(employee: Employee) -> int | None:
    """The days between notice and last day of who resigned (6.1), 0 without any notice; None for anybody else."""
    if employee.left_on is None or employee.exit_kind != Employee.Exits.RESIGNED:
        return None
    return (employee.left_on - employee.noticed_on).days if employee.noticed_on else 0
