"""Short words for each reason why a booking does not count."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

_REASONS = {
    "held": _("the guest has not come yet"),
    "cancelled": _("cancelled"),
    "no_show": _("did not arrive"),
    "no_table": _("no table (4.3)"),
    "no_guest_name": _("no guest's name (4.3)"),
    "no_guest_phone": _("no guest's phone (4.3)"),
    "no_registration": _("no registration time (4.3)"),
    "no_arrival": _("no arrival time (4.3)"),
    "registered_late": _("registered too late before the arrival (4.3)"),
    "soliciting": _("soliciting outside the doors that day (4.5)"),
    "unsettled": _("no spend yet"),
}


def reason_words(reasons: Iterable[str]) -> list[str]:
    """The words of each reason (rulebook.sales.NotCounted), in their order."""
    return [str(_REASONS[reason]) for reason in reasons]


def reasons_text(reasons: str) -> str:
    """Why a booking does not count (原因); from reasons kept with commas between them."""
    return " · ".join(reason_words(reason for reason in reasons.split(",") if reason))
