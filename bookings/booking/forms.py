"""Forms by which a table is booked."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from bookings.booking.selectors import OF_A_GUEST
from bookings.booking.services.holds import phone_of
from customers.models import Customer
from pages.acting import Attempt
from pages.converters import key_of
from pages.edits import AskedForm, EditForm
from pages.forms import CodeField, PhoneField
from rulebook import phones
from rulebook.calendar import moment
from storage.seals import changed_since, opened_key
from venues.models import Venue
from venues.rights import shown_of

NEW = "new"
OTHER = "other"
MOST_PEOPLE = 200
_AHEAD, _OLD = timedelta(minutes=5), timedelta(hours=24)


class _Timed(AskedForm):
    """Who comes when: what booking and changing have in common.

    ``slot`` is one of the half hours offered, ``other`` for the time in ``clock``, or nothing.
    """

    slot = forms.CharField(label=pgettext_lazy("time", "Expected"), required=False)
    clock = forms.TimeField(label=_("Other time"), required=False)
    party_size = forms.IntegerField(label=_("Number of people"), min_value=1, max_value=MOST_PEOPLE, required=False)
    guest_name = forms.CharField(label=_("Guest's name"), max_length=60, required=False)
    guest_phone = PhoneField(label=_("Guest's phone"), max_length=40, required=False)
    note = forms.CharField(label=pgettext_lazy("of a booking", "Note"), max_length=200, required=False)

    def __init__(self, *args: Any, venue: Venue, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.venue, self.day = venue, day

    def clean_guest_phone(self) -> str:
        with Attempt() as attempt:
            return phone_of(self.cleaned_data["guest_phone"])
        raise forms.ValidationError(attempt.text) from attempt.refusal

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        slot = cleaned.get("slot", "")
        clock = cleaned.get("clock") if slot == OTHER else _clock(slot)
        if slot and clock is None and "clock" not in self.errors:
            self.add_error("clock", _("At which time? Hours and minutes, like 22:15."))
        cleaned["expected_at"] = moment(self.day, clock, self.venue.zone) if clock else None
        return cleaned


class BookingForm(_Timed):
    """A table for a guest of one's own, or a new one.

    ``guest`` is one of ``guests`` as it was shown, ``new``, or nothing: then what was typed to look for a guest is the
    new one's name, or phone. ``instead`` is a free table tapped after the first one was taken.
    """

    table = CodeField(label=_("Table"), max_length=40, required=False)
    instead = CodeField(max_length=40, required=False)
    guest = forms.CharField(max_length=100, required=False)
    q = forms.CharField(label=_("Guest"), max_length=60, required=False)
    tapped_at = forms.CharField(max_length=40, required=False)

    def __init__(self, *args: Any, guests: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guests = guests

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["table"] = cleaned.get("instead") or cleaned.get("table") or ""
        if not cleaned["table"]:
            self.add_error("table", _("Tap a table first."))
        self._resolve(cleaned)
        return cleaned

    def _resolve(self, cleaned: dict[str, Any]) -> None:
        """Name and phone of whoever was chosen or typed."""
        (picked, sealed), typed = opened_key(cleaned.get("guest", "")), cleaned.get("q", "").strip()
        key = key_of(picked)
        if key is not None:
            known: Customer | None = self.guests.filter(pk=key).first()
            if known is None:
                self.add_error("q", _("This is none of your guests; choose again."))
            elif sealed and changed_since(sealed, shown_of(known, OF_A_GUEST)):
                self.add_error("q", _("This guest's name or phone has changed since you saw it; choose again."))
            else:
                cleaned["guest_name"] = known.name
                cleaned["guest_phone"] = known.phone if phones.is_phone(known.phone) else ""
            return
        if typed and not cleaned.get("guest_name") and not cleaned.get("guest_phone") and not self.errors:
            digits = phones.spelled(typed)
            is_phone = len(digits) >= 5 and digits.lstrip("+").isdecimal()
            cleaned["guest_phone" if is_phone else "guest_name"] = digits if is_phone else typed
        if not cleaned.get("guest_name") and not cleaned.get("guest_phone") and not self.errors:
            self.add_error("q", _("Who comes? Choose a guest, or state a name and a phone."))


class ChangeForm(_Timed, EditForm):
    """Another table, guest, time or number of people for a booking that is held."""

    table = CodeField(label=_("Table"), max_length=40)

    def raw(self, name: str, value: Any) -> dict[str, Any]:
        if name != "expected_at":
            return super().raw(name, value)
        return {"slot": f"{value.astimezone(self.venue.zone):%H:%M}" if value else "", "clock": ""}


class CancelForm(EditForm):
    """Why a booking is cancelled: one of the usual reasons, or one's own words."""

    USUAL = (_("the guest comes another day"), _("the guest does not come"), _("booked by mistake"))

    usual = forms.CharField(max_length=60, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = [cleaned.get("usual", ""), cleaned.get("reason", "").strip()]
        cleaned["reason"] = "：".join(part for part in said if part)[:100]
        return cleaned


def tapped(text: str, now: datetime) -> datetime | None:
    """What a phone says of the moment of its tap; None for nonsense: no moment, ahead of now, or a day old."""
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    if at is None or at.tzinfo is None or not now - _OLD <= at <= now + _AHEAD:
        return None
    return at


def half_hours(day: date, now: datetime, shift: tuple[time, time], venue: Venue) -> list[datetime]:
    """The half hours of a day's shift that still lie ahead, the next one at least; a quarter of an hour from now."""
    start, end = (moment(day, clock, venue.zone) for clock in shift)
    half = timedelta(minutes=30)
    first = max(start, _next_half(now + timedelta(minutes=15), venue))
    found = [first]
    while (later := found[-1] + half) <= end:
        found.append(later)
    return found


def _next_half(at: datetime, venue: Venue) -> datetime:
    local = at.astimezone(venue.zone).replace(second=0, microsecond=0)
    ahead = -local.minute % 30
    if not ahead and at.astimezone(venue.zone) != local:
        ahead = 30
    return local + timedelta(minutes=ahead)


def slots(offered: Iterable[datetime], chosen: datetime | None, venue: Venue) -> list[str]:
    """The clock times to choose from; one chosen before is among them."""
    moments = {*offered, *([chosen] if chosen else [])}
    return list(dict.fromkeys(f"{at.astimezone(venue.zone):%H:%M}" for at in sorted(moments)))


def _clock(text: str) -> time | None:
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", text)
    return time(int(found[1]), int(found[2])) if found else None
