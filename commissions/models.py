"""Bonuses and withholdings as entered; payroll runs, payslips and their lines as computed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from bookings.models import Booking
from rulebook.pay import ExceptionKind, Item, Status
from staff.models import Employee
from storage.encrypted import EncryptedTextField
from storage.history import HistoricalRecords
from storage.money import MoneyField
from venues.models import Month, PolicyVersion
from violations.models import Penalty


class Bonus(models.Model):
    """A bonus of a month (2.4)."""

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="bonuses", verbose_name=_("employee"), db_index=False
    )
    month = models.DateField(_("month"))
    reason = models.CharField(_("what for"), max_length=100)
    amount = MoneyField(_("amount"))
    corrects = models.DateField(_("corrects the month"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("bonus")
        verbose_name_plural = _("bonuses")
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "month", "reason"],
                name="bonus_once",
                violation_error_message=_("This person already has this bonus in this month."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="bonus_not_negative",
                violation_error_message=_("Amounts are not negative."),
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | Q(corrects__lt=F("month")),
                name="bonus_corrects_an_earlier_month",
                violation_error_message=_("A correction stands in a later month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.month:%Y-%m} {self.reason}"


class Withholding(models.Model):
    """What is withheld from a month's wages on somebody else's account (2.4)."""

    class Kind(models.TextChoices):
        INCOME_TAX = "income_tax", _("income tax")
        SOCIAL_INSURANCE = "social_insurance", _("social insurance")
        HOUSING_FUND = "housing_fund", _("housing fund")
        ADVANCE = "advance", _("advance")
        OTHER = "other", _("other")

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="withholdings", verbose_name=_("employee"), db_index=False
    )
    month = models.DateField(_("month"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    reason = models.CharField(_("what for"), max_length=100, blank=True)
    amount = MoneyField(_("amount"))
    corrects = models.DateField(_("corrects the month"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("withholding")
        verbose_name_plural = _("withholdings")
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "month", "kind", "reason"],
                name="withholding_once",
                violation_error_message=_("This person already has this withholding in this month."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="withholding_not_negative",
                violation_error_message=_("Amounts are not negative."),
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | Q(corrects__lt=F("month")),
                name="withholding_corrects_an_earlier_month",
                violation_error_message=_("A correction stands in a later month."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["income_tax", "social_insurance", "housing_fund", "advance", "other"]),
                name="withholding_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.month:%Y-%m} {self.get_kind_display()}"


class PayrollRun(models.Model):
    """One computation of a month's payslips: invisible until complete, then the month's current one.

    A run is held under a short lease by whoever computes it; a run whose lease has expired may be taken over.
    """

    class State(models.TextChoices):
        COMPUTING = "computing", _("computing")
        COMPLETE = "complete", _("complete")
        ABANDONED = "abandoned", _("abandoned")
        FAILED = "failed", _("failed")

    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="runs", verbose_name=_("month"))
    policy_version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="runs", verbose_name=_("policy version")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.COMPUTING)
    is_current = models.BooleanField(_("current"), default=False)
    as_of = models.DateTimeField(_("as of"))
    provisional_day = models.DateField(_("provisional through"), null=True, blank=True)
    revision = models.PositiveBigIntegerField(_("revision of the month"))
    people = models.PositiveIntegerField(_("people"))
    holder = models.CharField(_("held by"), max_length=100)
    lease_until = models.DateTimeField(_("lease until"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    failure = models.TextField(_("failure"), blank=True)

    class Meta:
        verbose_name = _("payroll run")
        verbose_name_plural = _("payroll runs")
        ordering = ("-started_at",)
        constraints = [
            models.UniqueConstraint(fields=["month"], condition=Q(state="computing"), name="run_one_at_a_time"),
            models.UniqueConstraint(fields=["month"], condition=Q(is_current=True), name="run_one_current"),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(state="complete", finished_at__isnull=False),
                name="run_current_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_stale(self) -> bool:
        """Whether facts, people or policy of the month changed since this run read them."""
        return self.revision != self.month.revision


class RunChunk(models.Model):
    """Some people of a run, computed together; held under a lease while somebody works on them.

    A waiting chunk with a lease was handed out, and is handed out again when the lease has expired.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("claimed")
        DONE = "done", _("done")

    run = models.ForeignKey(PayrollRun, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    employee_ids = models.JSONField()
    people = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="chunk_number_once"),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(token__isnull=False, lease_until__isnull=False),
                name="chunk_claimed_under_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class Payslip(models.Model):
    """A month's pay of one person, as computed; who they were and where it is paid to, frozen with it."""

    class Statuses(models.TextChoices):
        ACTIVE = Status.ACTIVE.value, pgettext_lazy("employment", "active")
        PROBATION = Status.PROBATION.value, pgettext_lazy("employment", "in probation")
        RESIGNED = Status.RESIGNED.value, pgettext_lazy("employment", "resigned")
        DISMISSED = Status.DISMISSED.value, pgettext_lazy("employment", "dismissed")

    run = models.ForeignKey(
        PayrollRun, on_delete=models.PROTECT, related_name="payslips", verbose_name=_("run"), db_index=False
    )
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="payslips", verbose_name=_("employee")
    )
    number = models.CharField(_("staff number"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    bank_name = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = EncryptedTextField(_("bank account"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Statuses)
    expected_days = models.PositiveSmallIntegerField(_("days due"))
    worked_days = models.PositiveSmallIntegerField(_("days worked"))
    rest_days = models.PositiveSmallIntegerField(_("rest days"))
    absence_days = models.PositiveSmallIntegerField(_("absences"))
    personal_leave_days = models.PositiveSmallIntegerField(_("personal leave"))
    sick_leave_days = models.PositiveSmallIntegerField(_("sick leave"))
    statutory_leave_days = models.PositiveSmallIntegerField(_("statutory leave"))
    sales = MoneyField(_("counted sales"))
    target = MoneyField(_("target"))
    base = MoneyField(_("base pay"))
    commission = MoneyField(_("commission"))
    bonus = MoneyField(_("bonus"))
    gross = MoneyField(_("gross wages"))
    fines = MoneyField(_("fines"))
    carried_in = MoneyField(_("carried in"))
    deductions = MoneyField(_("deductions"))
    withheld = MoneyField(_("withheld"))
    carried_out = MoneyField(_("carried on"))
    deposit = MoneyField(_("deposit returned"))
    net = MoneyField(_("net pay"))
    pay_date = models.DateField(_("pay date"))
    hints = models.JSONField(_("hints"))
    digest = models.CharField(
        _("digest"),
        max_length=16,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("The same for the same lines: tells whether a draft has changed since somebody looked at it."),
    )

    class Meta:
        verbose_name = _("payslip")
        verbose_name_plural = _("payslips")
        constraints = [
            models.UniqueConstraint(fields=["run", "employee"], name="payslip_once_a_run"),
            models.CheckConstraint(
                condition=Q(gross=F("base") + F("commission") + F("bonus")), name="payslip_gross_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(deductions=F("fines") + F("carried_in") - F("carried_out")),
                name="payslip_deductions_add_up",
            ),
            models.CheckConstraint(
                condition=Q(net=F("gross") - F("deductions") - F("withheld") + F("deposit")),
                name="payslip_net_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(gross__gte=F("deductions") + F("withheld")), name="payslip_wages_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(
                    sales__gte=0,
                    target__gte=0,
                    base__gte=0,
                    commission__gte=0,
                    bonus__gte=0,
                    fines__gte=0,
                    carried_in__gte=0,
                    deductions__gte=0,
                    withheld__gte=0,
                    carried_out__gte=0,
                    deposit__gte=0,
                ),
                name="payslip_amounts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def leave_days(self) -> int:
        """Days of leave of every kind."""
        return self.personal_leave_days + self.sick_leave_days + self.statutory_leave_days


class PayslipLine(models.Model):
    """One line of a payslip: its article, its arithmetic, and the ledger row behind it."""

    payslip = models.ForeignKey(Payslip, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=12, choices=[(item.value, item.value) for item in Item])
    article = models.CharField(_("article"), max_length=10)
    business_day = models.DateField(_("business day"), null=True, blank=True)
    amount = MoneyField(_("amount"))
    basis = models.JSONField(_("basis"))
    penalty = models.ForeignKey(
        Penalty, on_delete=models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("penalty")
    )

    class Meta:
        verbose_name = _("payslip line")
        verbose_name_plural = _("payslip lines")
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["payslip", "position"], name="line_position_once")]

    def __str__(self) -> str:
        return f"{self.article} {self.amount}"


class SaleLine(models.Model):
    """What one booking counts on a payslip, and the reasons where it counts nothing."""

    payslip = models.ForeignKey(Payslip, on_delete=models.PROTECT, related_name="sale_lines", db_index=False)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="sale_lines")
    amount = MoneyField(_("counted"))
    reasons = models.CharField(_("reasons"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("sales line")
        verbose_name_plural = _("sales lines")
        constraints = [
            models.UniqueConstraint(fields=["payslip", "booking"], name="sale_line_once"),
            models.CheckConstraint(condition=Q(reasons="") | Q(amount=0), name="sale_line_counts_or_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.amount}"


class OpenException(models.Model):
    """What must be settled before the month can be locked."""

    payslip = models.ForeignKey(Payslip, on_delete=models.PROTECT, related_name="open_exceptions")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in ExceptionKind])
    business_day = models.DateField(_("business day"), null=True, blank=True)
    ref = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("open exception")
        verbose_name_plural = _("open exceptions")
        ordering = ("business_day", "id")

    def __str__(self) -> str:
        return f"{self.payslip_id}: {self.kind}"


class Acknowledgement(models.Model):
    """Something odd about a month's draft that somebody looked at; ``key`` names it with its figures."""

    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="acknowledgements", db_index=False)
    key = models.CharField(max_length=32)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "commissions_look"
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [models.UniqueConstraint(fields=["month", "key"], name="look_once")]

    def __str__(self) -> str:
        return f"{self.month_id}: {self.key}"


class DraftSent(models.Model):
    """A month's draft that everybody in it was asked to confirm."""

    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="drafts_sent")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft sent")
        verbose_name_plural = _("drafts sent")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.month_id}: {self.at:%Y-%m-%d %H:%M}"


class AccountTakenOver(models.Model):
    """That a locked month is paid to a bank account corrected since; both by their last digits."""

    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="accounts_taken_over")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    before = models.CharField(_("account frozen at the lock"), max_length=120, blank=True)
    after = models.CharField(_("account taken over"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("account taken over")
        verbose_name_plural = _("accounts taken over")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.month_id} {self.employee_id}: {self.at:%Y-%m-%d %H:%M}"


class Answer(models.Model):
    """What a person says of the draft of their payslip; of another draft, by its digest, it says nothing."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        OBJECTED = "objected", _("objected")

    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="answers", db_index=False)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="answers")
    state = models.CharField(_("answer"), max_length=10, choices=State)
    words = models.CharField(_("words"), max_length=500, blank=True)
    digest = models.CharField(max_length=16, editable=False)
    at = models.DateTimeField(_("at"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("answer to a draft")
        verbose_name_plural = _("answers to drafts")
        constraints = [
            models.UniqueConstraint(fields=["month", "employee"], name="answer_once_a_month"),
            models.CheckConstraint(condition=Q(state__in=["confirmed", "objected"]), name="answer_state_known"),
            models.CheckConstraint(
                condition=~Q(state="objected") | ~Q(words=""),
                name="answer_objection_says_why",
                violation_error_message=_("Say what is wrong."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month_id} {self.employee_id}: {self.state}"
