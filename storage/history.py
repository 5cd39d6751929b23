"""The history of rows as simple_history keeps it."""

from functools import cache
from typing import Any

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
