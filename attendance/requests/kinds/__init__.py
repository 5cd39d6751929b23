"""The kinds of requests, one file a kind: its form, check, price, asking, granting, words and icon.

A new kind is a class in a file of its own, and its line here.
"""

from attendance.request_kinds import register
from attendance.requests.kinds.base import Draft
from attendance.requests.kinds.business import OfficialBusiness
from attendance.requests.kinds.dinner import GuestDinner
from attendance.requests.kinds.leave import LeaveDraft
from attendance.requests.kinds.personal import PersonalLeave
from attendance.requests.kinds.punch import PunchCorrection
from attendance.requests.kinds.sick import SickLeave
from attendance.requests.kinds.statutory import StatutoryLeave
from attendance.requests.kinds.swap import RestSwap

register(
    SickLeave(),
    PersonalLeave(),
    StatutoryLeave(),
    dinner := GuestDinner(),
    swap := RestSwap(),
    punch := PunchCorrection(),
    business := OfficialBusiness(),
)

DRAFTS: dict[str, Draft] = {"leave": LeaveDraft()} | {one.key: one for one in (swap, dinner, punch, business)}
"""Every page on which something is asked for; a rest day of one's own (``rest``) needs nobody's word."""
