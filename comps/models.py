"""What was given away."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from bookings.models import Booking
from rulebook import comps as rules
from staff.models import Employee
from storage.money import MoneyField
from venues.models import Venue


class Comp(models.Model):
    """One comp on a booking, by whom and on which ground (3.1); its business day is the booking's."""

    class Category(models.TextChoices):
        SNACK = rules.Category.SNACK.value, _("snack")
        FRUIT = rules.Category.FRUIT.value, _("fruit platter")
        ALCOHOL = rules.Category.ALCOHOL.value, _("alcohol")

    class Ground(models.TextChoices):
        SPEND = rules.Ground.SPEND.value, _("by spend")
        DAILY = rules.Ground.DAILY.value, _("by tables booked")

    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, related_name="comps", verbose_name=_("venue"), db_index=False
    )
    number = models.CharField(_("comp number"), max_length=40)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="comps", verbose_name=_("booking"))
    business_day = models.DateField(_("business day"))
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="comps", verbose_name=_("given by"), db_index=False
    )
    category = models.CharField(_("category"), max_length=10, choices=Category)
    amount = MoneyField(_("amount"))
    ground = models.CharField(_("ground"), max_length=10, choices=Ground)
    given_at = models.DateTimeField(_("given at"))
    item = models.CharField(_("item"), max_length=100, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("comp")
        verbose_name_plural = _("comps")
        indexes = [models.Index(fields=["employee", "business_day"], name="comp_by_employee_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "number"],
                name="comp_number_once",
                violation_error_message=_("This comp number is taken."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="comp_amount_not_negative",
                violation_error_message=_("Amounts are not negative."),
            ),
            models.CheckConstraint(
                condition=Q(category__in=[kind.value for kind in rules.Category])
                & Q(ground__in=[ground.value for ground in rules.Ground]),
                name="comp_values_known",
            ),
        ]

    def __str__(self) -> str:
        return self.number
