"""What the owner sets, each with how it stands now."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from bookings.models import Fixture, Table
from comps.models import CompItem
from pages.formats import long_day, month as in_words, whole_yuan
from rulebook.calendar import CalendarMonth
from venues.models import EventDay, Membership, PolicyVersion, Venue


class Card(NamedTuple):
    """Something that is set on a page of its own."""

    title: Promise | str
    icon: str
    fact: str
    more: str
    address: str
    code: str = ""  # what no language translates

    @property
    def parts(self) -> list[str]:
        """What is told besides, by its parts."""
        return self.more.split(" · ") if self.more else []


def cards_of(venue: Venue, today: date) -> list[Card]:
    """What the owner sets; six queries."""

    def way(name: str) -> str:
        return reverse(name, args=[venue.code])

    return [
        Card(gettext_lazy("Tables and floor plan"), "squares-2x2", *_tables(venue), way("floor_plan")),
        Card(gettext_lazy("Comp items and prices"), "gift", *_items(venue), way("comp_items")),
        Card(gettext_lazy("Event days and holidays"), "calendar-days", *_days(venue, today), way("days")),
        Card(gettext_lazy("Users, roles, sessions"), "users", *_users(venue), way("users")),
        Card(gettext_lazy("Policy"), "scale", *_policy(venue, today), way("policy")),
        Card(
            gettext_lazy("Name and time zone"),
            "building-storefront",
            venue.name,
            _("In use from %(day)s") % {"day": long_day(venue.in_use_from)} if venue.in_use_from else "",
            way("venue_settings"),
            venue.timezone,
        ),
    ]


def _tables(venue: Venue) -> tuple[str, str]:
    rows = Table.objects.filter(venue=venue).values_list("is_active", "seats")
    seats = [number for is_active, number in rows if is_active]
    fixtures = list(Fixture.objects.filter(venue=venue).values_list("name", flat=True))
    fact = ngettext("%(n)s table", "%(n)s tables", len(seats)) % {"n": len(seats)}
    return fact, _joined([ngettext("%(n)s seat", "%(n)s seats", sum(seats)) % {"n": sum(seats)}, *fixtures])


def _items(venue: Venue) -> tuple[str, str]:
    found = CompItem.objects.filter(venue=venue, is_active=True).aggregate(
        n=Count("pk"), least=Min("price"), most=Max("price")
    )
    fact = ngettext("%(n)s item", "%(n)s items", found["n"]) % {"n": found["n"]}
    if not found["n"]:
        return fact, _("Nothing can be comped yet.")
    return fact, _("%(least)s to %(most)s") % {"least": whole_yuan(found["least"]), "most": whole_yuan(found["most"])}


def _days(venue: Venue, today: date) -> tuple[str, str]:
    coming = list(EventDay.objects.filter(venue=venue, date__gte=today).order_by("date")[:100])
    fact = ngettext("%(n)s event day to come", "%(n)s event days to come", len(coming)) % {"n": len(coming)}
    first = coming[0] if coming else None
    return fact, _("Next: %(day)s") % {"day": f"{long_day(first.date)} {first.name}".strip()} if first else ""


def _users(venue: Venue) -> tuple[str, str]:
    rows = list(Membership.objects.filter(venue=venue, user__is_active=True).values_list("user", "role"))
    people = len({user for user, _role in rows})
    roles = Counter(role for _user, role in rows)
    fact = ngettext("%(n)s person signs in", "%(n)s people sign in", people) % {"n": people}
    return fact, _joined(f"{label} {roles[role]}" for role, label in Membership.Roles.choices if roles[role])


def _policy(venue: Venue, today: date) -> tuple[str, str]:
    first = CalendarMonth.of(today).first
    in_force = Q(effective_from=None) | Q(effective_from__lte=first)
    found = PolicyVersion.objects.filter(venue=venue).aggregate(
        n=Count("pk"), since=Max("effective_from", filter=in_force)
    )
    since = found["since"]
    fact = (
        _("In force since %(month)s") % {"month": in_words(CalendarMonth.of(since))}
        if since
        else _("In force from the beginning")
    )
    return fact, ngettext("%(n)s version", "%(n)s versions", found["n"]) % {"n": found["n"]}


def _joined(parts: Iterator[str] | list[str]) -> str:
    return " · ".join(parts)
