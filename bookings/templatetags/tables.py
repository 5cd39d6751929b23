"""Tables and bookings in templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bookings.display import TABLES, of_booking
from bookings.locking import AT_THE_DOOR
from bookings.models import Booking
from bookings.selectors import TableState
from pages.badges import Badge
from pages.templatetags.icons import heroicon_outline
from storage.seals import seal
from venues.rights import shown_of

register = template.Library()


def _chip(shown: Badge) -> SafeString:
    return format_html('<span class="state {}">{} {}</span>', shown.css, heroicon_outline(shown.icon), shown.word)


@register.filter
def booking_state(booking: Booking) -> SafeString:
    """A booking's state: its word and sign on its tint."""
    return _chip(of_booking(booking))


@register.filter
def table_word(state: TableState) -> str:
    """A table's state in a word."""
    return str(TABLES[state].word)


@register.filter
def table_hue(state: TableState) -> str:
    """The class of a table's state."""
    return TABLES[state].css


@register.filter
def table_icon(state: TableState) -> str:
    """The sign of a table's state."""
    return TABLES[state].icon


@register.filter
def last_four(phone: str) -> str:
    """A guest's phone by its last four digits."""
    return phone[-4:]


@register.filter
def seen_at_the_door(booking: Booking) -> str:
    """The seal of what a page shows of a booking before somebody decides at the door."""
    return seal(shown_of(booking, AT_THE_DOOR))
