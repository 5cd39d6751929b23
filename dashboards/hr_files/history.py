"""What was changed of a person's file: who, when, from what to what, why."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pages.changes import Change, changes_of
from pages.formats import month as month_in_words
from rulebook.calendar import CalendarMonth

_FILE = (
    "name", "number", "phone", "hired_on", "left_on", "exit_kind", "noticed_on", "deposit", "bank_name",
    "opening_carry", "opening_month",
)  # fmt: skip
_OPEN = ("name", "number", "hired_on", "left_on", "exit_kind", "noticed_on")
"""What of a file those read who see no pay."""


def file_changes(rows: Iterable[Any], *, sees_pay: bool = True, record: str = "") -> list[Change]:
    """The changes of a file, the latest first; of the numbers only that they changed, to whom sees pay.

    ``rows`` come with ``history_user`` and ``user``.
    """
    rows = list(rows)
    names = {row.user_id: row.user.get_full_name() for row in rows if row.user}
    told = changes_of(
        rows,
        (*_FILE, "user_id") if sees_pay else _OPEN,
        hidden=("id_number", "bank_account") if sees_pay else (),
        shown={
            "user_id": lambda pk: names.get(pk, "—"),
            "opening_month": lambda first: month_in_words(CalendarMonth.of(first)),
        },
    )
    # Who sees no pay is not told why something changed that they do not see.
    return [replace(one, record=record) for one in told if sees_pay or one.what or one.kind != "~"]
