"""Bookings at the tables of the floor plan, their turns and their handing over."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from customers.models import Customer
from rulebook.phones import compared
from rulebook.sales import BookingState
from staff.models import Employee
from storage.derived import DerivedField, DerivedModel
from storage.history import HistoricalRecords
from storage.money import MoneyField
from venues.models import Venue

GRID_COLUMNS = 6
GRID_ROWS = 20
"""How far down the plan goes: as far as its style sheet knows."""
TALLEST = 6
"""How many rows one thing may fill."""


class Placed(models.Model):
    """Something with a place on the floor plan's grid of six columns."""

    column = models.PositiveSmallIntegerField(_("column"))
    row = models.PositiveSmallIntegerField(_("row"))
    width = models.PositiveSmallIntegerField(_("width"), default=1)
    height = models.PositiveSmallIntegerField(_("height"), default=1)

    class Meta:
        abstract = True


_ON_THE_GRID = Q(column__gte=1, row__gte=1, width__gte=1, height__gte=1) & Q(
    column__lte=GRID_COLUMNS + 1 - models.F("width")
)


class Table(Placed):
    """A table of the floor plan; bookings name it by its code."""

    class Kind(models.TextChoices):
        BOOTH = "booth", _("booth")
        TABLE = "table", _("small table")
        BAR = "bar", _("bar seat")

    venue = models.ForeignKey(
        Venue, on_delete=models.CASCADE, related_name="tables", verbose_name=_("venue"), db_index=False
    )
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    seats = models.PositiveSmallIntegerField(_("seats"))
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("table")
        verbose_name_plural = _("tables")
        ordering = ("row", "column")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "code"],
                name="table_code_once",
                violation_error_message=_("This table is in the plan already."),
            ),
            models.UniqueConstraint(
                fields=["venue", "column", "row"],
                condition=Q(is_active=True),
                name="table_place_once",
                violation_error_message=_("Something stands in this place already."),
            ),
            models.CheckConstraint(
                condition=_ON_THE_GRID,
                name="table_on_the_grid",
                violation_error_message=_("This place lies outside the grid."),
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1),
                name="table_has_seats",
                violation_error_message=_("A table has at least one seat."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["booth", "table", "bar"]),
                name="table_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Fixture(Placed):
    """What else stands on the floor, for orientation: stage, dance floor, bar."""

    venue = models.ForeignKey(
        Venue, on_delete=models.CASCADE, related_name="fixtures", verbose_name=_("venue"), db_index=False
    )
    name = models.CharField(_("name"), max_length=60)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("fixture")
        verbose_name_plural = _("fixtures")
        ordering = ("row", "column")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "column", "row"],
                name="fixture_place_once",
                violation_error_message=_("Something stands in this place already."),
            ),
            models.CheckConstraint(
                condition=_ON_THE_GRID,
                name="fixture_on_the_grid",
                violation_error_message=_("This place lies outside the grid."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Booking(DerivedModel):
    """A table booked for a guest; blanks are kept, and such a booking does not count (4.3).

    ``registered_at`` is the server's; ``tapped_at`` is what the phone says of the tap that sent it, kept beside it so
    that a weak signal can be ruled on. ``tab`` is the spend so far of a table that is not settled.
    """

    class State(models.TextChoices):
        HELD = BookingState.HELD.value, pgettext_lazy("booking", "held")
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
    guest_phone_key = DerivedField(_("guest's phone as compared"), max_length=40, source="guest_phone", derive=compared)
    party_size = models.PositiveSmallIntegerField(_("number of people"), null=True, blank=True)
    expected_at = models.DateTimeField(_("expected"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registration time"), null=True, blank=True)
    tapped_at = models.DateTimeField(_("moment of the tap"), null=True, blank=True)
    announced_at = models.DateTimeField(_("arrival announced"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrival time"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("arrival confirmed by"),
    )
    tab = MoneyField(_("tab so far"), null=True, blank=True)
    spend = MoneyField(_("spend"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="", db_default="")
    state = models.CharField(_("state"), max_length=10, choices=State)
    turn = models.PositiveSmallIntegerField(_("turn"), null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["guest_phone_key"])

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        indexes = [
            models.Index(fields=["employee", "business_day"], name="booking_by_employee_day"),
            models.Index(fields=["venue", "business_day"], name="booking_by_venue_day"),
        ]
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
                condition=Q(turn=None)
                | (Q(state="held") | Q(state="arrived", arrived_at__isnull=False)) & Q(turn__gte=1) & ~Q(table=""),
                name="booking_turn_has_table",
            ),
            models.CheckConstraint(condition=~Q(state="held") | Q(turn__isnull=False), name="booking_held_in_a_turn"),
            models.CheckConstraint(
                condition=Q(tab=None) | Q(tab__gte=0),
                name="booking_tab_not_negative",
                violation_error_message=_("Amounts are not negative."),
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
