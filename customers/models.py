"""The guests, as far as bookings need them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from venues.models import Venue


class Customer(models.Model):
    """A guest of a venue, known by phone."""

    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, related_name="customers", verbose_name=_("venue"), db_index=False
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ("name", "phone")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "phone"],
                name="customer_phone_once",
                violation_error_message=_("There is already a customer with this phone."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.phone}".strip()
