"""Bookings, their turns at a table, and their handing over to somebody else."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import Customer
from rulebook.sales import BookingState
from staff.models import Employee
from storage.money import MoneyField
from venues.models import Venue


class Booking(models.Model):
    """A table booked for a guest; blanks are kept, and such a booking does not count (4.3)."""

    class State(models.TextChoices):
        ARRIVED = BookingState.ARRIVED.value, _("arrived")
        CANCELLED = BookingState.CANCELLED.value, _("cancelled")
        NO_SHOW = BookingState.NO_SHOW.value, _("no-show")

    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("venue"), db_index=False
    )
    number = models.CharField(_("booking number"), max_length=40)
    business_day = models.DateField(_("business day"))
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("employee"), db_index=False
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("customer"),
    )
    table = models.CharField(_("table"), max_length=40, blank=True)
    guest_name = models.CharField(_("guest's name"), max_length=60, blank=True)
    guest_phone = models.CharField(_("guest's phone"), max_length=40, blank=True)
    registered_at = models.DateTimeField(_("registration time"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrival time"), null=True, blank=True)
    spend = MoneyField(_("spend"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State)
    turn = models.PositiveSmallIntegerField(_("turn"), null=True, blank=True, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        indexes = [models.Index(fields=["employee", "business_day"], name="booking_by_employee_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "number"],
                name="booking_number_once",
                violation_error_message=_("This booking number is taken."),
            ),
            models.UniqueConstraint(
                fields=["venue", "business_day", "table", "turn"],
                condition=Q(turn__isnull=False),
                name="booking_table_once_a_turn",
                violation_error_message=_("This table is already taken in this turn."),
            ),
            models.CheckConstraint(
                condition=Q(turn=None) | Q(state="arrived", arrived_at__isnull=False, turn__gte=1) & ~Q(table=""),
                name="booking_turn_has_table",
            ),
            models.CheckConstraint(
                condition=Q(spend=None) | Q(spend__gte=0),
                name="booking_spend_not_negative",
                violation_error_message=_("Amounts are not negative."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in BookingState]), name="booking_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Reassignment(models.Model):
    """A booking handed to its rightful owner: its sales move with it (4.4)."""

    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="reassignments", verbose_name=_("booking")
    )
    from_employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", verbose_name=_("from"))
    to_employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", verbose_name=_("to"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("reassignment")
        verbose_name_plural = _("reassignments")
        ordering = ("at", "id")
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_employee=models.F("to_employee")), name="reassignment_to_somebody_else"
            )
        ]

    def __str__(self) -> str:
        return f"{self.booking}: {self.from_employee} → {self.to_employee}"
