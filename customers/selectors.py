"""Reads about guests: everybody finds those who were booked on their own name."""

from django.db.models import QuerySet

from accounts.models import User
from customers.models import Customer
from venues.models import Venue


def guests_of(user: User, venue: Venue) -> QuerySet[Customer]:
    """Somebody's own guests at a venue: those with a booking that stands for them."""
    return Customer.objects.filter(venue=venue, bookings__employee__user=user).distinct()
