"""The few places everybody can go to, by what they may do."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from accounts.permissions import Capability
from venues.models import Venue


class Place(NamedTuple):
    """A page of a venue that the rail and the dock lead to."""

    name: str
    label: Promise | str
    icon: str
    capability: Capability | None  # None: everybody who works there
    sections: tuple[str, ...]  # the first parts of the addresses below the venue's


DOCK = 5
"""How many places a phone's dock has room for; where there are more, the last one opens the others."""

PLACES = (
    Place("my_night", _("Tonight"), "moon", Capability.BOOK_TABLES, ("night",)),
    Place("book", pgettext_lazy("place", "Book"), "calendar-days", Capability.BOOK_TABLES, ("book", "bookings")),
    Place("payroll_current", _("Payroll"), "banknotes", Capability.SEE_ALL_PAY, ("payroll", "payslips")),
    Place("tonight", _("Tonight"), "moon", Capability.SEE_TONIGHT, ("tonight", "violations")),
    Place("door", _("Arrivals"), "arrow-right-end-on-rectangle", Capability.CONFIRM_ARRIVALS, ("door",)),
    Place("own_pay", _("Mine"), "user", Capability.SEE_OWN_PAY, ("mine", "payslips", "requests")),
    Place("staff_current", pgettext_lazy("place", "Staff"), "squares-2x2", Capability.SEE_STAFF, ("staff",)),
    Place("people", pgettext_lazy("place", "People"), "users", Capability.MANAGE_PEOPLE, ("people",)),
    Place("roster_current", _("Roster"), "calendar", Capability.SEE_STAFF, ("roster", "days")),
    Place("ledger_current", pgettext_lazy("place", "Ledger"), "scale", Capability.SEE_STAFF, ("ledger",)),
    Place("reports", _("Reports"), "document-chart-bar", Capability.EXPORT_PAYROLL, ("reports",)),
    Place("import_page", _("Import"), "arrow-up-tray", Capability.IMPORT_WORKBOOK, ("import",)),
    Place("policy", _("Policy"), "book-open", Capability.SET_POLICY, ("policy",)),
    Place("house", _("House"), "building-storefront", Capability.SET_HOUSE, ("house",)),
    Place("radar", _("Radar"), "magnifying-glass-circle", Capability.SEE_RADAR, ("radar",)),
    Place("messages", _("Messages"), "bell", None, ("messages",)),
)


def places_for(capabilities: Collection[Capability]) -> Iterator[Place]:
    """The places open to somebody who may do these things."""
    return (place for place in PLACES if place.capability is None or place.capability in capabilities)


def first_place(venue: Venue, capabilities: Collection[Capability]) -> str:
    """The address where somebody's work at a venue begins."""
    return reverse(next(places_for(capabilities)).name, args=[venue.code])


def shell(request: HttpRequest) -> dict[str, Any]:
    """For every template: the venue of the page, the ways from here, the theme chosen."""
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {"theme": theme if theme in ("light", "dark") else ""}
    venue = getattr(request, "venue", None)
    if venue is not None:
        section = request.path.removeprefix(reverse("venue", args=[venue.code])).split("/")[0]
        places = list(places_for(request.may))  # type: ignore[attr-defined]
        here = next((place for place in places if section in place.sections), None)
        context["venue"] = venue
        shown = [
            {
                "name": place.name,
                "label": place.label,
                "icon": place.icon,
                "address": reverse(place.name, args=[venue.code]),
                "is_here": place == here,
                "is_beyond": len(places) > DOCK and number >= DOCK - 1,
            }
            for number, place in enumerate(places)
        ]
        beyond = [place for place in shown if place["is_beyond"]]
        context |= {"places": shown, "more_places": beyond, "is_beyond": any(place["is_here"] for place in beyond)}
    return context
