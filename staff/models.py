"""People and their employment."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from simple_history.models import HistoricalRecords

from rulebook.pay import Exit
from storage.encrypted import EncryptedTextField
from storage.money import MoneyField
from venues.models import Venue


class Employee(models.Model):
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
    history = HistoricalRecords()

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
