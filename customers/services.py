"""Writes to guests."""

from accounts.models import User
from customers.models import Customer
from venues.models import Venue


def known_guest(*, venue: Venue, phone: str, name: str, user: User | None) -> Customer | None:
    """The guest with this phone, made where there is none, named where there was no name; None without a phone."""
    if not phone:
        return None
    guest = Customer.objects.filter(venue=venue, phone=phone).first()
    if guest is None:
        guest = Customer(venue=venue, phone=phone, name=name)
    elif guest.name or not name:
        return guest
    guest.name = name
    guest._history_user = user  # type: ignore[attr-defined]
    guest.save()
    return guest
