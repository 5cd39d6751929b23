"""Columns derived from another of their row, kept in step however the row is written.

A ``DerivedField`` names its source and how it is made from it. ``DerivedModel`` sees to ``save``; its rows see to
``bulk_create``, ``bulk_update`` and ``update``; ``storage.rows`` to what is written past the models.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import Model


class DerivedField(models.CharField):  # type: ignore[type-arg]
    """Text made from the text in another field, ``source``, by a pure function; migrations see a plain CharField."""

    def __init__(self, *args: Any, source: str, derive: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(*args, **{"default": "", "editable": False, **kwargs})
        self.source, self.derive = source, derive

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def clone(self) -> Any:
        _name, _path, args, kwargs = super().deconstruct()
        return self.__class__(*args, source=self.source, derive=self.derive, **kwargs)

    def pre_save(self, model_instance: Model, add: bool) -> str:
        made = self.derive(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, made)
        return made


def derived_fields(model: type[Model], names: Collection[str]) -> list[DerivedField]:
    """The derived fields of a model whose source is among ``names``, and that are not named themselves."""
    fields = [field for field in model._meta.concrete_fields if isinstance(field, DerivedField)]
    return [field for field in fields if field.source in names and field.name not in names]


class DerivedRows(models.QuerySet[Any]):
    """Rows whose derived columns follow their sources."""

    def update(self, **values: Any) -> int:
        for field in derived_fields(self.model, values):
            if not isinstance(values[field.source], str):
                raise TypeError(f"{field.name} can't be made from an expression for {field.source}.")
            values[field.name] = field.derive(values[field.source])
        return super().update(**values)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        rows, names = list(objs), list(fields)
        also = derived_fields(self.model, names)
        for row in rows:
            for field in also:
                field.pre_save(row, False)
        return super().bulk_update(rows, [*names, *(field.name for field in also)], batch_size)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        names = kwargs.get("update_fields")
        if names:
            kwargs["update_fields"] = [*names, *(field.name for field in derived_fields(self.model, names))]
        return super().bulk_create(objs, *args, **kwargs)


class DerivedModel(models.Model):
    """A row with derived columns."""

    objects: ClassVar[Any] = DerivedRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None:
            names = set(update_fields)
            update_fields = names | {field.name for field in derived_fields(type(self), names)}
        super().save(*args, update_fields=update_fields, **kwargs)


def derivations(model: type[Model], names: Sequence[str]) -> tuple[list[str], list[tuple[int, Callable[[str], str]]]]:
    """What is derived from columns that are written past the models: its columns, and from which value how."""
    also = derived_fields(model, names)
    return [field.name for field in also], [(names.index(field.source), field.derive) for field in also]
