"""Read who entered the records behind a payslip, and when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Model, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from commissions.payslips.evidence.parts import Entered, Key


def history_of(keys: Iterable[Key], *, until: datetime) -> dict[Key, list[tuple[Any, ...]]]:
    """The changes of records until a moment, the oldest first, all tables in one query."""
    wanted: defaultdict[type[Model], set[int]] = defaultdict(set)
    for key in keys:
        wanted[key.model].add(key.pk)
    parts = []
    for model in wanted:
        rows = model.history.filter(id__in=wanted[model], history_date__lte=until)  # type: ignore[attr-defined]
        name = Coalesce(NullIf("history_user__name", Value("")), F("history_user__username"), Value(""))
        parts.append(
            rows.annotate(of=Value(model._meta.label, output_field=CharField()), by=name)
            .order_by()
            .values_list("of", "id", "history_date", "history_type", "by", "history_change_reason")
        )
    found: defaultdict[Key, list[tuple[Any, ...]]] = defaultdict(list)
    if parts:
        models: Mapping[str, type[Model]] = {model._meta.label: model for model in wanted}
        together = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        for label, pk, *change in together:
            found[Key(models[label], pk)].append(tuple(change))
    for changes in found.values():
        changes.sort(key=lambda change: change[0])
    return found


def entered_by(history: Mapping[Key, list[tuple[Any, ...]]], keys: Iterable[Key]) -> list[Entered]:
    """The entries of some records: those of one moment by one person together."""
    counted: defaultdict[tuple[datetime, str, str, bool], int] = defaultdict(int)
    for key in dict.fromkeys(keys):
        for at, kind, by, reason in history.get(key, ()):
            counted[at, by, reason or "", kind != "+"] += 1
    return [
        Entered(by or _("by command"), at, reason, is_change, count)
        for (at, by, reason, is_change), count in sorted(counted.items(), key=lambda item: item[0][0])
    ]
