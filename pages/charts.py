"""Charts that answer a question, each with its figures as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from pages.formats import figure, in_chinese, whole_yuan

YUAN, COUNT = "yuan", "count"
Figure = Decimal | int | None


class Series(NamedTuple):
    """Figures of a chart, one a label, ``None`` where there is none; ``look`` is its colour's place.

    ``main`` is the brand's hue, ``second`` the quiet grey; ``good``, ``held``, ``waits``, ``bad`` are those of states.
    One that is not drawn stands in the table alone, one that does not add up has no sum there; an estimate is dashed.
    """

    name: str
    figures: Sequence[Figure]
    look: str = "main"
    kind: str = "bar"  # or "line"
    is_drawn: bool = True
    adds_up: bool = True
    is_dashed: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A question as the title, its answer in a sentence, the figures; ``key`` is unique on its page.

    ``unit`` is ``YUAN`` or ``COUNT``; ``target`` a line across, named by ``target_name``. ``link`` leads on to where
    the figures come from. Of very many labels the first ``most`` are drawn; the table has them all.
    """

    key: str
    question: str
    answer: str
    heads: str  # what the labels are: the table's first head
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = YUAN
    target: Decimal | None = None
    target_name: str = ""
    is_stacked: bool = False
    is_horizontal: bool = False
    link: tuple[str, str] | None = None  # address, words
    caption: str | Promise = ""
    most: int | None = None

    @property
    def is_empty(self) -> bool:
        return not any(value for series in self.series for value in series.figures)

    @property
    def drawn(self) -> dict[str, Any]:
        """What the script draws from: figures as text, exact to the fen."""
        return {
            "labels": list(self.labels[: self.most]),
            "series": [
                {
                    "name": one.name,
                    "look": one.look,
                    "kind": one.kind,
                    "dashed": one.is_dashed,
                    "figures": [_plain(f) for f in one.figures[: self.most]],
                }
                for one in self.series
                if one.is_drawn
            ],
            "unit": self.unit,
            "target": _plain(self.target),
            "targetName": self.target_name,
            "stacked": self.is_stacked,
            "horizontal": self.is_horizontal,
            "tenThousands": in_chinese(),
            "tenThousand": _("×10k") if not in_chinese() else "万",
        }

    @property
    def rows(self) -> Iterator[tuple[str, list[str]]]:
        """The table: each label with its figures as shown."""
        for place, label in enumerate(self.labels):
            yield label, [self._shown(one.figures[place]) for one in self.series]

    @property
    def sums(self) -> list[str]:
        """Each series' sum; empty where adding up says nothing."""
        return [
            self._shown(sum((f for f in one.figures if f is not None), Decimal(0))) if one.adds_up else ""
            for one in self.series
        ]

    @property
    def has_sums(self) -> bool:
        """Whether adding up says anything: not of figures that grow from label to label."""
        return all(one.kind == "bar" for one in self.series)

    def _shown(self, value: Figure) -> str:
        if value is None:
            return "—"
        return figure(Decimal(value)) if self.unit == YUAN else f"{value:,}"

    @property
    def target_shown(self) -> str:
        return "" if self.target is None else whole_yuan(self.target) if self.unit == YUAN else str(self.target)


def _plain(value: Figure) -> str | None:
    return None if value is None else str(value)
