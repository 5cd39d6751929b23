"""Merge two rows into one: re-point what refers to them, with undo."""

from typing import Any

from django.db.models import Model

Moved = dict[str, list[int]]
"""Primary keys of what moved, by ``app.model.field``."""


def repoint(other: Model, kept: Model) -> Moved:
    """Let whatever points at ``other`` point at ``kept``, of whichever app; a query or two a relation.

    Relations without a name on the other side (``+``) tell of the past, and stay.
    """
    moved: Moved = {}
    for relation in type(other)._meta.related_objects:
        model: Any = relation.related_model
        name = relation.field.name
        rows = model._base_manager.filter(**{name: other.pk})
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        if keys:
            rows.update(**{name: kept.pk})
            moved[f"{model._meta.label_lower}.{name}"] = keys
    return moved


def bring_back(moved: Moved, other: Model, kept: Model) -> None:
    """Let what ``repoint`` moved point at ``other`` again, as far as it still points at ``kept``."""
    for label, keys in moved.items():
        app, model_name, name = label.split(".")
        model: Any = type(kept)._meta.apps.get_model(app, model_name)
        model._base_manager.filter(**{"pk__among": keys, name: kept.pk}).update(**{name: other.pk})
