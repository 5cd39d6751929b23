"""Comps: items, requests, what was given."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from rulebook import comps as rules
from staff.models import Employee
from storage.history import HistoricalRecords
from storage.money import MoneyField
from storage.seals import seal, sealed_key
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


class CompItem(models.Model):
    """What the house has to give away, with its price."""

    venue = models.ForeignKey(
        Venue, on_delete=models.CASCADE, related_name="comp_items", verbose_name=_("venue"), db_index=False
    )
    name = models.CharField(_("name"), max_length=100)
    category = models.CharField(_("category"), max_length=10, choices=Comp.Category)
    price = MoneyField(_("price"))
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("comp item")
        verbose_name_plural = _("comp items")
        ordering = ("category", "price", "name")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "name"],
                name="comp_item_once",
                violation_error_message=_("This item is in the list already."),
            ),
            models.CheckConstraint(
                condition=Q(price__gt=0),
                name="comp_item_has_price",
                violation_error_message=_("The price is above zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sent(self) -> str:
        """What choosing it sends."""
        return sealed_key(self.pk, seal(self.shown))

    @property
    def shown(self) -> dict[str, Any]:
        """What is shown of it where it is asked for."""
        return {"name": self.name, "category": self.category, "price": self.price}


class CompRequest(models.Model):
    """A comp asked for; it becomes a comp when a supervisor gives it, and uses up the allowance until decided."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the supervisor")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    Ground = Comp.Ground

    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="comp_requests", verbose_name=_("booking")
    )
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="comp_requests", verbose_name=_("asked by")
    )
    item = models.CharField(_("item"), max_length=100)
    category = models.CharField(_("category"), max_length=10, choices=Comp.Category)
    amount = MoneyField(_("amount"))
    ground = models.CharField(_("ground"), max_length=10, choices=Comp.Ground)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(_("asked at"))
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
    comp = models.OneToOneField(
        Comp, on_delete=models.PROTECT, null=True, blank=True, related_name="request", verbose_name=_("comp")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("comp request")
        verbose_name_plural = _("comp requests")
        ordering = ("-asked_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="comp_request_has_amount"),
            models.CheckConstraint(
                condition=Q(state="approved", comp__isnull=False) | (~Q(state="approved") & Q(comp=None)),
                name="comp_request_approved_is_a_comp",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "approved", "refused", "withdrawn"]),
                name="comp_request_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking} {self.item}"

    @property
    def shown(self) -> dict[str, Any]:
        """What is shown of it where it is decided: what, for how much, by which ground, on whose table."""
        names = ("item", "category", "amount", "ground", "employee_id")
        table = {"table": self.booking.table, "guest": self.booking.guest_name}
        return {name: getattr(self, name) for name in names} | table
