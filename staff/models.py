"""People and their files."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from rulebook.pay import Exit
from storage.derived import DerivedModel
from storage.encrypted import EncryptedTextField
from storage.files import random_name
from storage.history import HistoricalRecords
from storage.money import MoneyField
from storage.pinyin import PinyinField
from venues.models import Venue

_SHOWN = 4


def masked(number: str) -> str:
    """``•••• 0012``: the last four of a number; of one so short that they would be most of it, none."""
    if not number:
        return ""
    return f"•••• {number[-_SHOWN:]}" if len(number) > 2 * _SHOWN else "••••"


class Employee(DerivedModel):
    """An account manager's employment at a venue, by staff number."""

    class Exits(models.TextChoices):
        RESIGNED = Exit.RESIGNED.value, pgettext_lazy("employment", "resigned")
        DISMISSED = Exit.DISMISSED.value, pgettext_lazy("employment", "dismissed")

    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, related_name="employees", verbose_name=_("venue"), db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="employments",
        verbose_name=_("user"),
    )
    number = models.CharField(_("staff number"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    name_pinyin = PinyinField(_("name by its sound"), source="name")
    id_number = EncryptedTextField(_("ID number"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    hired_on = models.DateField(_("hired on"))
    left_on = models.DateField(_("last employed day"), null=True, blank=True)
    exit_kind = models.CharField(_("kind of leaving"), max_length=10, choices=Exits, blank=True)
    noticed_on = models.DateField(_("notice given on"), null=True, blank=True)
    deposit = MoneyField(_("deposit"), null=True, blank=True)
    bank_name = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = EncryptedTextField(_("bank account"), blank=True)
    opening_carry = MoneyField(_("carried from before"), null=True, blank=True)
    opening_month = models.DateField(_("charged in"), null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["name_pinyin"])

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "number"],
                name="employee_number_once",
                violation_error_message=_("This staff number is taken."),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("hired_on")),
                name="employee_leaves_after_hiring",
                violation_error_message=_("The last employed day lies before the day of hiring."),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None, exit_kind="")
                | Q(left_on__isnull=False, exit_kind__in=[kind.value for kind in Exit]),
                name="employee_leaves_with_kind",
                violation_error_message=_("The last employed day and the kind of leaving come together."),
            ),
            models.CheckConstraint(
                condition=Q(opening_carry=None, opening_month=None)
                | Q(opening_carry__isnull=False, opening_month__isnull=False),
                name="employee_opening_with_month",
                violation_error_message=_("The amount carried from before and its month come together."),
            ),
            models.CheckConstraint(
                condition=(Q(deposit=None) | Q(deposit__gte=0)) & (Q(opening_carry=None) | Q(opening_carry__gte=0)),
                name="employee_amounts_not_negative",
                violation_error_message=_("Amounts are not negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def masked_id(self) -> str:
        """The ID number as pages show it: its last four characters."""
        return masked(self.id_number)

    @property
    def masked_bank(self) -> str:
        """The bank account as pages show it: its last four characters."""
        return masked(self.bank_account)


class Paper(models.Model):
    """A paper of somebody's file, with the photo of it where there is one; its name in storage says nothing."""

    class Kind(models.TextChoices):
        ID_COPY = "id_copy", _("copy of the ID card")
        CONTRACT = "contract", _("contract")
        UNDERTAKING = "undertaking", _("signed undertaking")
        HEALTH = "health", _("health certificate")
        OTHER = "other", _("other paper")

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="papers", verbose_name=_("employee"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    dated_on = models.DateField(_("dated"))
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=100, blank=True)
    file = models.FileField(_("file"), upload_to=random_name, blank=True, default="")
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("paper of a file")
        verbose_name_plural = _("papers of files")
        ordering = ("kind", "-dated_on", "-id")
        indexes = [models.Index(fields=["employee", "kind"], name="paper_by_employee")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("dated_on")),
                name="paper_expires_after_its_date",
                violation_error_message=_("It would be valid until a day before its own date."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["id_copy", "contract", "undertaking", "health", "other"]),
                name="paper_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.get_kind_display()}"


class Undertaking(models.Model):
    """What somebody signed to work by (7.1): as whom, when, under which rulebook, countersigned by whom.

    ``version_digest`` names the policy version accepted: one stated anew is another, and asks to sign again.
    """

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="undertakings", verbose_name=_("employee"), db_index=False
    )
    name = models.CharField(_("name"), max_length=60)
    id_number = EncryptedTextField(_("ID number"), blank=True)
    version_from = models.DateField(_("rules in force from"), null=True, blank=True)
    version_digest = models.CharField(_("version"), max_length=16, editable=False)
    signed_on = models.DateField(_("signed on"))
    countersigned_by = models.CharField(_("countersigned by"), max_length=60)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("undertaking")
        verbose_name_plural = _("undertakings")
        ordering = ("-signed_on", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "version_digest"],
                name="undertaking_once_a_version",
                violation_error_message=_("This person has signed this version already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.signed_on}"

    @property
    def masked_id(self) -> str:
        """The ID number as signed, by its last four characters."""
        return masked(self.id_number)


class SensitiveAccess(models.Model):
    """That somebody looked at what is kept hidden of a person: a number in full, or a paper that bears it."""

    class What(models.TextChoices):
        ID = "id", _("ID number")
        BANK = "bank", _("bank account")
        EXPORT = "export", _("bank account, in an Excel")
        PAPER = "paper", _("paper")

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="access_log", verbose_name=_("employee"), db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("user")
    )
    what = models.CharField(_("what"), max_length=10, choices=What)
    paper = models.CharField(_("paper"), max_length=12, choices=Paper.Kind, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        db_table = "staff_numberlook"
        verbose_name = _("look at a number")
        verbose_name_plural = _("looks at numbers")
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["employee", "-at"], name="look_by_employee")]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["id", "bank", "export"], paper="") | (Q(what="paper") & ~Q(paper="")),
                name="look_at_something_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.get_what_display()}"
