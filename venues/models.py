"""Venues, roles, calendar, policy versions, and the month that is the one lock."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from accounts.permissions import Role
from rulebook.calendar import CalendarMonth, business_day
from rulebook.policy import Policy
from storage.history import HistoricalRecords


def is_timezone(name: str) -> bool:
    """Whether a name is a time zone's, read from its one file: the list of all walks some 1,800 of them."""
    if name.partition("/")[0] in ("posix", "posixrules", "right"):  # copies of the zones; those of right count leaps
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no file · no name of a file, or none of a zone · a folder
        return False
    return True


def validate_timezone(name: str) -> None:
    if not is_timezone(name):
        raise ValidationError(_("%(name)s is not a time zone."), params={"name": name})


class Venue(models.Model):
    """A house. All keys below belong to it: two venues may use the same numbers."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai", validators=[validate_timezone])
    in_use_from = models.DateField(
        _("in use from"),
        null=True,
        blank=True,
        help_text=_("Days before it are neither worked nor absent; empty where the house always was."),
    )
    revision = models.PositiveBigIntegerField(
        _("revision"), default=0, editable=False, help_text=_("Counts changes to people, calendar and policy.")
    )
    reconciled_through = models.DateField(
        _("ledger in step through"),
        null=True,
        editable=False,
        help_text=_("The last day that ended in the ledger."),
    )
    history = HistoricalRecords(excluded_fields=["revision", "reconciled_through"])

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def day_at(self, moment: datetime) -> date:
        """The business day that a moment belongs to (reading 6)."""
        return business_day(moment, self.zone)

    def month_at(self, moment: datetime) -> CalendarMonth:
        """The month of the business day that a moment belongs to."""
        return CalendarMonth.of(self.day_at(moment))


class Membership(models.Model):
    """Who works at which venue in which role."""

    class Roles(models.TextChoices):
        ACCOUNT_MANAGER = Role.ACCOUNT_MANAGER.value, _("account manager")
        HOST = Role.HOST.value, _("host")
        FLOOR_MANAGER = Role.FLOOR_MANAGER.value, _("floor manager")
        HR = Role.HR.value, _("HR")
        OWNER = Role.OWNER.value, _("owner")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("venue"))
    role = models.CharField(_("role"), max_length=20, choices=Roles)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "venue", "role"],
                name="membership_once",
                violation_error_message=_("This person already has this role at this venue."),
            ),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.venue}"


class EventDay(models.Model):
    """A festival or event day: no one rests (1.2.C)."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="event_days", verbose_name=_("venue"))
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=100, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("event day")
        verbose_name_plural = _("event days")
        ordering = ("date",)
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "date"],
                name="event_day_once",
                violation_error_message=_("This day is already an event day."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()


class CalendarDay(models.Model):
    """A public holiday, or a weekend day worked to make up for one; seeded, then the venue's own to edit."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="calendar_days", verbose_name=_("venue"))
    date = models.DateField(_("date"))
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=100, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ("date",)
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "date"],
                name="calendar_day_once",
                violation_error_message=_("This day is already in the calendar."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()


class PolicyVersion(models.Model):
    """The complete policy in force from a month's first day; the one without a beginning is the first.

    Written by ``venues.services.set_policy`` alone, which refuses to touch what a locked month used.
    """

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="policy_versions", verbose_name=_("venue"))
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    values = models.JSONField(_("values"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ("venue_id", "effective_from")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "effective_from"],
                name="policy_version_once_a_month",
                violation_error_message=_("There is already a version from this month."),
            ),
            models.UniqueConstraint(
                fields=["venue"],
                condition=Q(effective_from=None),
                name="policy_version_one_without_beginning",
                violation_error_message=_("There is already a version without a beginning."),
            ),
        ]

    def __str__(self) -> str:
        start = self.effective_from or _("from the beginning")
        return f"{self.venue} · {start}"

    @property
    def policy(self) -> Policy:
        return _policy_from(frozenset(self.values.items()))


@lru_cache(maxsize=64)
def _policy_from(values: frozenset[tuple[str, str]]) -> Policy:
    """The policy that stored values state; read once a process, a policy never changes."""
    return Policy.from_values(dict(values))


class Month(models.Model):
    """A venue's month: the one lock that every service writing a fact, a person or a policy takes first."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("month", "open")
        LOCKED = "locked", _("locked")
        PAID = "paid", _("paid")

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="months", verbose_name=_("venue"))
    first_day = models.DateField(_("first day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    revision = models.PositiveBigIntegerField(
        _("revision"), default=0, editable=False, help_text=_("Counts changes to the month's facts.")
    )
    history = HistoricalRecords(excluded_fields=["revision"])

    class Meta:
        verbose_name = _("month")
        verbose_name_plural = _("months")
        ordering = (
            "venue_id",
            "first_day",
        )  # by its key: a join would take the venue too where rows are taken for update
        constraints = [
            models.UniqueConstraint(fields=["venue", "first_day"], name="month_once"),
            models.CheckConstraint(condition=Q(state__in=["open", "locked", "paid"]), name="month_state_known"),
            models.CheckConstraint(condition=Q(paid_on=None) | Q(state="paid"), name="month_paid_on_a_day_once_paid"),
        ]

    def __str__(self) -> str:
        return f"{self.venue} {self.calendar_month}"

    @property
    def calendar_month(self) -> CalendarMonth:
        return CalendarMonth.of(self.first_day)


class Night(models.Model):
    """A business day that the floor manager has closed: by whom, when, and how much stayed open."""

    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, related_name="nights", verbose_name=_("venue"), db_index=False
    )
    business_day = models.DateField(_("business day"))
    closed_at = models.DateTimeField(_("closed at"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("closed by")
    )
    left_open = models.PositiveSmallIntegerField(_("left open"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("closed night")
        verbose_name_plural = _("closed nights")
        ordering = ("-business_day",)
        constraints = [models.UniqueConstraint(fields=["venue", "business_day"], name="night_closed_once")]

    def __str__(self) -> str:
        return f"{self.venue} {self.business_day}"
