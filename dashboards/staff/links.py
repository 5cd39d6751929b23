"""Where the dashboard leads on to."""

from collections.abc import Collection

from django.urls import NoReverseMatch, reverse

from accounts.permissions import Capability
from rulebook.calendar import CalendarMonth
from venues.models import Venue


def person_address(venue: Venue, pk: int, month: CalendarMonth, may: Collection[Capability]) -> str:
    """A person's page."""
    try:
        return reverse("person", args=[venue.code, pk])
    except NoReverseMatch:  # until the page of a person is there: what there is of them
        if Capability.SEE_ALL_PAY in may:
            return reverse("payslip", args=[venue.code, month, pk])
        return reverse("tonight_person", args=[venue.code, pk])


def ledger_address(venue: Venue, month: CalendarMonth) -> str:
    """The month's ledger of fines; empty where there is none."""
    for arguments in ([venue.code, month], [venue.code]):
        for name in ("ledger", "ledger_month"):
            try:
                return reverse(name, args=arguments)
            except NoReverseMatch:  # until the ledger is there
                continue
    return ""
