"""Add, change, retire items of the comp list and their prices (3.1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from comps.models import Comp, CompItem
from comps.services import CompRefused
from storage.history import save_traced
from storage.seals import seal
from venues.errors import Refused
from venues.models import Venue
from venues.rights import refuse_changed, require, shown_of

NEVER = (Comp.Category.ALCOHOL,)
"""What is never given away (3.1), whatever the policy says."""


SHOWN = ("name", "category", "price", "is_active")
"""What its page shows of an item."""


def seal_of(item: CompItem) -> str:
    """The seal of what its page shows of an item."""
    return seal(shown_of(item, SHOWN))


def add_item(*, venue: Venue, user: User, name: str, category: str, price: Decimal) -> CompItem:
    """Put an item into the list; the same again changes nothing.

    Refuses alcohol (CompRefused, 3.1), a price of nothing, a name that is in the list with other values.
    """
    name = name.strip()
    _refuse_values(name, category, price)
    with _list_taken(venue, user):
        known = CompItem.objects.filter(venue=venue, name=name).first()
        if known is None:
            return _kept(CompItem(venue=venue, name=name, category=category, price=price), user, "")
        if known.is_active and (known.category, known.price) == (category, price):
            return known
        if not known.is_active:
            raise Refused(_("«%(name)s» is in the list, out of use; put it back there.") % {"name": name})
        raise Refused(_("«%(name)s» is in the list already.") % {"name": name})


def change_item(
    *, item: CompItem, user: User, name: str, category: str, price: Decimal, seen: str | None, reason: str = ""
) -> CompItem:
    """Change an item's name, category, price from now on: what was given or asked for keeps its amount.

    One out of use stays out of use. Refuses (ChangedMeanwhile) one that is not as it was ``seen``,
    and what ``add_item`` refuses.
    """
    name = name.strip()
    _refuse_values(name, category, price)
    with _list_taken(item.venue, user):
        held = CompItem.objects.get(pk=item.pk)
        if (held.name, held.category, held.price) == (name, category, price):
            return held
        refuse_changed(seen, shown_of(held, SHOWN), held)
        if CompItem.objects.filter(venue=held.venue_id, name=name).exclude(pk=held.pk).exists():
            raise Refused(_("«%(name)s» is in the list already.") % {"name": name})
        held.name, held.category, held.price = name, category, price
        return _kept(held, user, reason)


def set_in_use(*, item: CompItem, user: User, is_active: bool, seen: str | None, reason: str = "") -> CompItem:
    """Take an item out of the list, or put it back; what was given of it stays."""
    with _list_taken(item.venue, user):
        held = CompItem.objects.get(pk=item.pk)
        if held.is_active == is_active:
            return held
        refuse_changed(seen, shown_of(held, SHOWN), held)
        if is_active:
            _refuse_values(held.name, held.category, held.price)
        held.is_active = is_active
        return _kept(held, user, reason)


@contextmanager
def _list_taken(venue: Venue, user: User) -> Iterator[None]:
    """The venue taken for update: of two who change its list, the second sees what the first did."""
    require(user, Capability.SET_HOUSE, venue)
    with transaction.atomic():
        Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)
        yield


def _refuse_values(name: str, category: str, price: Decimal) -> None:
    if not name:
        raise Refused(_("An item needs a name."))
    if category in NEVER:
        label = str(Comp.Category(category).label)
        raise CompRefused(_("%(category)s may not be comped (3.1).") % {"category": label.title()}, "3.1")
    if category not in Comp.Category.values:
        raise Refused(_("There is no such category."))
    if price <= 0:
        raise Refused(_("The price is above zero."))


def _kept(item: CompItem, user: User, reason: str) -> CompItem:
    return save_traced(item, by=user, reason=reason)
