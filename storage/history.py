"""The history of rows as simple_history keeps it: who changed what, when, why."""

from functools import cache
from typing import Any, TypeVar

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords as Records


class _Manager(HistoryManager):
    """A manager whose class is made once: simple_history makes it anew at each look at a model's ``history``."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class HistoricalRecords(Records):
    """Records of a model's history, as ``history`` of the model and of its rows."""

    def __init__(self, **options: Any) -> None:
        super().__init__(history_manager=_Manager, **options)


LONGEST_REASON = 100
Row = TypeVar("Row", bound=models.Model)


def traced(row: Row, *, by: models.Model | None, reason: str = "") -> Row:
    """The row with who changes it and why, for the history of what is done to it next."""
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason.strip()[:LONGEST_REASON]  # type: ignore[attr-defined]
    return row


def save_traced(row: Row, *, by: models.Model | None, reason: str = "", **values: Any) -> Row:
    """Set some fields and save them, with who and why in the history; without ``values`` the row as it is."""
    for name, value in values.items():
        setattr(row, name, value)
    traced(row, by=by, reason=reason)
    row.save(update_fields=list(values) if values and not row._state.adding else None)
    return row


def delete_traced(row: models.Model, *, by: models.Model | None, reason: str = "") -> None:
    """Delete a row, with who and why in its history."""
    traced(row, by=by, reason=reason).delete()
