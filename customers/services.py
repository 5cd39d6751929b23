"""Writes to guests: found or made by phone, two files of one person merged and parted again (9.1)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from customers.models import Customer, Merger
from rulebook.phones import compared, spelled
from storage.history import save_traced
from storage.merging import bring_back, repoint
from venues.errors import Refused
from venues.models import Venue
from venues.rights import need_reason, require_one

MERGE = (Capability.REASSIGN_BOOKINGS, Capability.SET_HOUSE)
"""The floor manager's and the owner's."""
UNDONE_WITHIN = timedelta(days=7)


def guests_by_phone(venue: Venue, keys: Collection[str]) -> dict[str, int]:
    """The guests with these phones (``rulebook.phones.compared``): primary keys by phone; one query.

    The phone of one who was merged is the other's too.
    """
    rows = Customer.objects.filter(venue=venue, phone_key__among=[key for key in keys if key]).order_by()
    found: dict[str, int] = {}
    for key, pk, into in rows.values_list("phone_key", "pk", "merged_into"):
        if into is None:
            found[key] = pk
        else:
            found.setdefault(key, into)
    return found


def known_guest(*, venue: Venue, phone: str, name: str, user: User | None) -> Customer | None:
    """The guest with this phone in whatever spelling, made where there is none, named where there was no name.

    None for what is no phone (4.3).
    """
    key = compared(phone)
    if not key:
        return None
    pk = guests_by_phone(venue, [key]).get(key)
    guest = Customer(venue=venue, phone=spelled(phone), name=name) if pk is None else Customer.objects.get(pk=pk)
    if pk is not None and (guest.name or not name):
        return guest
    guest.name = name
    _save(guest, user)
    return guest


def merge_guests(
    *, venue: Venue, guest: Customer, other: Customer, user: User | None, reason: str, now: datetime
) -> Merger:
    """Make one of two files of one person: the older stays, all that hangs on the other moves to it (9.1).

    By a manager; ``user`` is None on the command line. The other's phone stays as a second one.
    """
    if user is not None:
        require_one(user, MERGE, venue)
    why = need_reason(reason, _("A merger needs a reason."))
    with transaction.atomic():
        kept, gone = _both(venue, {guest.pk, other.pk})
        merger: Merger = join(Merger, kept, gone, at=now, by=user.pk if user else None, reason=why)
        gone.merged_into = kept
        _save(gone, user, why)
        if gone.name and not kept.name:
            kept.name = gone.name
            _save(kept, user, why)
    return merger


def join(mergers: Any, kept: Any, gone: Any, *, at: datetime, by: int | None, reason: str) -> Any:
    """Move what hangs on a guest to another and write it down; for the service and for migrations' own models."""
    moved = repoint(gone, kept)
    return mergers.objects.create(
        kept_id=kept.pk, other_id=gone.pk, moved=moved, at=at, by_id=by, reason=reason[:200]
    )  # fmt: skip


def part_guests(*, merger: Merger, user: User | None, now: datetime) -> Customer:
    """Undo a merger within seven days (9.1): what moved goes back, what came since stays; returns who parted.

    Refuses where both have one phone by now: guests are known by it.
    """
    venue = merger.kept.venue
    if user is not None:
        require_one(user, MERGE, venue)
    with transaction.atomic():
        held = Merger.objects.select_for_update(of=("self",)).select_related("kept", "other").get(pk=merger.pk)
        if held.undone_at is not None:
            raise Refused(_("This merger is undone already."))
        last = venue.day_at(held.at) + UNDONE_WITHIN
        if venue.day_at(now) > last:
            raise Refused(_("A merger can be undone within 7 days; those are over."))
        kept, gone = held.kept, held.other
        if guests_by_phone(venue, [gone.phone_key]).get(gone.phone_key) != kept.pk or gone.phone_key == kept.phone_key:
            raise Refused(
                _("%(phone)s is another guest's phone, and two guests can't have one: correct that first.")
                % {"phone": gone.phone}
            )
        gone.merged_into = None
        _save(gone, user, held.reason)
        bring_back(held.moved, gone, kept)
        held.undone_at, held.undone_by = now, user
        held.save(update_fields=["undone_at", "undone_by"])
    return gone


def _both(venue: Venue, keys: set[int]) -> list[Customer]:
    """Both guests taken for update, the older first."""
    rows = Customer.objects.select_for_update().filter(venue=venue, pk__in=keys, merged_into=None)
    found = list(rows.order_by("pk"))
    if len(found) != 2:
        raise Refused(_("A merger takes two guests of this venue; one who was merged already is no longer one."))
    return found


def _save(guest: Customer, user: User | None, reason: str = "") -> None:
    save_traced(guest, by=user, reason=reason)
