"""Rests, punches, leave, off-post: what happened, as it was recorded."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from attendance.request_kinds import leave_choices, request_choices
from rulebook.attendance import LeaveKind, RestKind
from rulebook.calendar import CalendarMonth
from staff.models import Employee
from storage.files import random_name
from storage.history import HistoricalRecords
from venues.models import Venue


class Rest(models.Model):
    """A rest day on the roster (1.2)."""

    class Kind(models.TextChoices):
        REGULAR = RestKind.REGULAR.value, _("regular rest day")
        SELF_SCHEDULED = RestKind.SELF_SCHEDULED.value, _("self-scheduled rest day")
        SWAP = RestKind.SWAP.value, _("swapped rest day")

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="rests", verbose_name=_("employee"), db_index=False
    )
    business_day = models.DateField(_("business day"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    approver = models.CharField(_("approved by"), max_length=60, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rest day")
        verbose_name_plural = _("rest days")
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "business_day"],
                name="rest_once_a_day",
                violation_error_message=_("This person already rests on this day."),
            ),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in RestKind]), name="rest_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.business_day}"


class Punch(models.Model):
    """One business day's arrival and departure (1.2.E, 1.2.F); an approver's name puts a side on time."""

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="punches", verbose_name=_("employee"), db_index=False
    )
    business_day = models.DateField(_("business day"))
    arrived_at = models.DateTimeField(_("arrival punch"), null=True, blank=True)
    left_at = models.DateTimeField(_("departure punch"), null=True, blank=True)
    arrival_approver = models.CharField(_("arrival approved by"), max_length=60, blank=True)
    departure_approver = models.CharField(_("departure approved by"), max_length=60, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("punch")
        verbose_name_plural = _("punches")
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "business_day"],
                name="punch_once_a_day",
                violation_error_message=_("This person already has punches on this day."),
            ),
            models.CheckConstraint(
                condition=Q(arrived_at=None) | Q(left_at=None) | Q(left_at__gte=F("arrived_at")),
                name="punch_left_after_arrived",
                violation_error_message=_("The departure lies before the arrival."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.business_day}"


class Leave(models.Model):
    """Leave asked for over a span of business days (1.2.A, 1.2.B), or a guest dinner (1.3)."""

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="leaves", verbose_name=_("employee"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=leave_choices)
    first_day = models.DateField(_("first business day"))
    last_day = models.DateField(_("last business day"))
    requested_at = models.DateTimeField(_("requested"))
    approver = models.CharField(_("approved by"), max_length=60, blank=True)
    has_certificate = models.BooleanField(_("medical certificate"), default=False)
    has_receipt = models.BooleanField(_("receipt"), default=False)
    has_sick_note = models.BooleanField(_("sick note"), default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "first_day", "kind"],
                name="leave_once",
                violation_error_message=_("This person already has leave of this kind from this day."),
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="leave_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in LeaveKind]), name="leave_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.first_day}–{self.last_day}"


class OffPost(models.Model):
    """One time away from the premises during the shift (4.6); without a return while the person is away."""

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="off_posts", verbose_name=_("employee"), db_index=False
    )
    business_day = models.DateField(_("business day"))
    left_at = models.DateTimeField(pgettext_lazy("off post", "left"))
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    approver = models.CharField(_("approved by"), max_length=60, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("off post")
        verbose_name_plural = _("off post")
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "left_at"],
                name="off_post_once",
                violation_error_message=_("This person already left at this moment."),
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) | Q(returned_at__gte=F("left_at")),
                name="off_post_returned_after_left",
                violation_error_message=_("The return lies before the leaving."),
            ),
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(returned_at=None),
                name="off_post_one_at_a_time",
                violation_error_message=_("This person is away already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.business_day}"


class Request(models.Model):
    """What a person asks of the supervisor: a fact of attendance only once it is approved.

    ``first_day`` to ``last_day`` are the business days asked for; of a swap, ``first_day`` is the asker's rest day
    and ``other_day`` that of the colleague, who agrees before the supervisor decides. ``at`` is the time that a
    correction of a punch states for its ``side``. ``asked_at`` is the server's: leave asked for too late stays so.
    """

    AS_ASKED = ("kind", "first_day", "last_day", "other_day", "employee_id", "colleague_id", "side", "at", "reason")
    """What is shown of it where it is decided: who asks for what, for which days, why."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for the colleague")
        WAITING = "waiting", _("waits for the supervisor")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Side(models.TextChoices):
        ARRIVAL = "arrival", _("arrival")
        DEPARTURE = "departure", _("departure")
        BOTH = "both", _("both")

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="requests", verbose_name=_("employee"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=request_choices)
    state = models.CharField(_("state"), max_length=10, choices=State)
    first_day = models.DateField(_("first business day"))
    last_day = models.DateField(_("last business day"))
    colleague = models.ForeignKey(
        Employee,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requests_to_agree",
        verbose_name=_("colleague"),
    )
    other_day = models.DateField(_("the colleague's rest day"), null=True, blank=True)
    side = models.CharField(_("side"), max_length=10, choices=Side, blank=True)
    at = models.DateTimeField(_("stated time"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision_reason = models.CharField(_("reason of the decision"), max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ("-asked_at", "-id")
        indexes = [
            models.Index(fields=["employee", "-asked_at"], name="request_by_employee"),
            models.Index(fields=["state"], condition=Q(state__in=["asked", "waiting"]), name="request_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="request_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(kind="swap") | Q(colleague__isnull=False, other_day__isnull=False),
                name="request_swap_names_colleague",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"]) | Q(decided_at__isnull=False),
                name="request_decided_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[*(kind.value for kind in LeaveKind), "swap", "punch", "business"])
                & Q(state__in=["asked", "waiting", "approved", "refused", "withdrawn"]),
                name="request_values_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.get_kind_display()} {self.first_day}"


class RosterPublication(models.Model):
    """That a month's roster was published: when, by whom, and the rest days of each person as they then stood.

    ``rests`` holds the valid rest days as YYYY-MM-DD by the employee's key, of those who have any; ``told`` is how many
    people were told. What is published stays as it was: a later publication is a row of its own.
    """

    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, related_name="roster_publications", verbose_name=_("venue"), db_index=False
    )
    first_day = models.DateField(_("first day"))
    at = models.DateTimeField(_("published at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("published by")
    )
    rests = models.JSONField(_("rest days"), default=dict)
    told = models.PositiveIntegerField(_("people told"))

    class Meta:
        verbose_name = _("published roster")
        verbose_name_plural = _("published rosters")
        ordering = ("-pk",)
        indexes = [models.Index(fields=["venue", "first_day", "-id"], name="roster_publication_latest")]

    def __str__(self) -> str:
        return f"{self.venue} {CalendarMonth.of(self.first_day)}"


class Paper(models.Model):
    """A photographed paper behind a request for leave (1.2.A); the file's name in storage says nothing."""

    class Kind(models.TextChoices):
        CERTIFICATE = "certificate", _("medical certificate")
        RECEIPT = "receipt", _("receipt")
        SICK_NOTE = "sick_note", _("sick note")
        OTHER = "other", _("other paper")

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="papers", verbose_name=_("request"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    file = models.FileField(_("file"), upload_to=random_name)
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = pgettext_lazy("of a leave", "papers")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.request} {self.get_kind_display()}"
