"""Reported violations, the ledger that holds one row for each event and article, and what was waived of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.models import OffPost
from bookings.models import Booking
from comps.models import Comp
from rulebook.articles import REPORTED_ARTICLES
from rulebook.reports import POACHING, TIPS
from staff.models import Employee
from storage.files import random_name
from storage.history import HistoricalRecords
from storage.money import MoneyField
from venues.models import Month, Venue


class Report(models.Model):
    """A violation that somebody reported (chapters 4 and 5)."""

    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, related_name="reports", verbose_name=_("venue"), db_index=False
    )
    number = models.CharField(_("report number"), max_length=40)
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="reports", verbose_name=_("employee"), db_index=False
    )
    business_day = models.DateField(_("business day"))
    article = models.CharField(_("article"), max_length=10, choices=[(code, code) for code in REPORTED_ARTICLES])
    booking = models.ForeignKey(
        Booking,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("booking"),
    )
    amount = MoneyField(_("amount"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    photo = models.FileField(_("photo"), upload_to=random_name, blank=True, default="", db_default="")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("reported violation")
        verbose_name_plural = _("reported violations")
        indexes = [models.Index(fields=["employee", "business_day"], name="report_by_employee_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "number"],
                name="report_number_once",
                violation_error_message=_("This report number is taken."),
            ),
            models.UniqueConstraint(
                fields=["employee", "booking"],
                condition=Q(article=POACHING),
                name="report_poaching_once_a_booking",
                violation_error_message=_("Poaching on this booking is already reported of this person."),
            ),
            models.CheckConstraint(condition=Q(article__in=REPORTED_ARTICLES), name="report_article_is_reported"),
            models.CheckConstraint(
                condition=~Q(article=POACHING) | Q(booking__isnull=False),
                name="report_poaching_names_booking",
                violation_error_message=_("4.4 needs the booking."),
            ),
            models.CheckConstraint(
                condition=~Q(article=TIPS) | Q(amount__isnull=False),
                name="report_tips_name_amount",
                violation_error_message=_("4.1 needs the amount."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="report_amount_not_negative",
                violation_error_message=_("Amounts are not negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Penalty(models.Model):
    """One event under one article, as the facts imply it: derived, reconciled, never typed in.

    ``source`` names the record within the person's day; together with person, day and article it identifies
    the row for good. Rows that the facts no longer imply are withdrawn, not deleted.
    """

    class State(models.TextChoices):
        CHARGED = "charged", _("charged")
        NOT_CHARGED = "not_charged", _("not charged (4.9)")
        WAIVED = "waived", _("waived")
        WITHDRAWN = "withdrawn", _("withdrawn")

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="penalties", verbose_name=_("employee"), db_index=False
    )
    business_day = models.DateField(_("business day"))
    article = models.CharField(_("article"), max_length=10)
    source = models.CharField(_("source"), max_length=60)
    amount = MoneyField(_("amount"))
    basis = models.JSONField(_("basis"))
    state = models.CharField(_("state"), max_length=12, choices=State)
    off_post = models.ForeignKey(
        OffPost, on_delete=models.SET_NULL, null=True, blank=True, related_name="penalties", verbose_name=_("off post")
    )
    comp = models.ForeignKey(
        Comp, on_delete=models.SET_NULL, null=True, blank=True, related_name="penalties", verbose_name=_("comp")
    )
    report = models.ForeignKey(
        Report, on_delete=models.SET_NULL, null=True, blank=True, related_name="penalties", verbose_name=_("report")
    )
    derived_at = models.DateTimeField(_("derived at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("waived by"),
    )
    waived_at = models.DateTimeField(_("waived at"), null=True, blank=True)
    waiver_reason = models.CharField(_("reason of the waiver"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        ordering = ("business_day", "article", "source")
        constraints = [
            models.UniqueConstraint(fields=["employee", "business_day", "article", "source"], name="penalty_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="penalty_amount_not_negative"),
            models.CheckConstraint(
                condition=~Q(state="waived")
                | (Q(waived_by__isnull=False, waived_at__isnull=False) & ~Q(waiver_reason="")),
                name="penalty_waived_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False),
                name="penalty_withdrawn_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["charged", "not_charged", "waived", "withdrawn"]),
                name="penalty_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.business_day} {self.article}"


class Waiving(models.Model):
    """A fine was waived, or its waiver taken back; ``amount`` is what the fine was then. Nothing changes it."""

    class Act(models.TextChoices):
        WAIVED = "waived", _("waived")
        TAKEN_BACK = "taken_back", _("waiver taken back")

    penalty = models.ForeignKey(Penalty, on_delete=models.PROTECT, related_name="waivings", verbose_name=_("penalty"))
    act = models.CharField(_("act"), max_length=12, choices=Act)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=200)
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name = _("waiving")
        verbose_name_plural = _("waivings")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(act__in=["waived", "taken_back"]), name="waiving_act_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiving_says_why"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="waiving_amount_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.penalty_id}: {self.act}"


class Reconciled(models.Model):
    """How far a month's ledger is in step: with the facts of which revision, through which day, since when."""

    month = models.OneToOneField(Month, on_delete=models.CASCADE, related_name="reconciled", verbose_name=_("month"))
    revision = models.PositiveBigIntegerField(_("revision of the month"))
    through = models.DateField(_("through"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("ledger in step")
        verbose_name_plural = _("ledgers in step")

    def __str__(self) -> str:
        return f"{self.month} {self.through}"
