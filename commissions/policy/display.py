"""A policy by chapter and article: each figure with its default and its hints."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from commissions.policy.services import Touch
from pages.figures import said
from rulebook.articles import ARTICLES, CHAPTERS, order
from rulebook.clauses import rule, with_unit
from rulebook.cleaning import folded
from rulebook.incentives import Finding, findings
from rulebook.law import hints
from rulebook.policy import Parameter, Policy, parameters
from rulebook.texts import Text

_TITLES = {"2.4": Text("工资保护", "The wage guard"), "5.A": CHAPTERS[5]}
"""What the figures of an article are about, where its own title says something else."""


class LegalHint(NamedTuple):
    """A hint of the law in the reader's language; ``presses`` where the figure itself is what it warns of."""

    text: str
    source: str
    presses: bool


class Invited(NamedTuple):
    """What the figures invite, in the reader's language, with what it concerns: name and label of each figure."""

    key: str
    text: str
    articles: tuple[str, ...]
    figures: list[tuple[str, str]]


class PolicyFigure(NamedTuple):
    """One figure: as it is, as it is by default, as it is today; its field where it is asked for."""

    name: str
    label: str
    value: str
    default: str
    today: str
    unit: str
    says: str
    touch: Touch | None
    field: Any
    is_changed: bool

    @property
    def is_default(self) -> bool:
        return self.value == self.default


class Article(NamedTuple):
    """An article with what it says under the policy, its figures, the hints beside them."""

    code: str
    title: str
    says: str
    figures: list[PolicyFigure]
    hints: list[LegalHint]


class Chapter(NamedTuple):
    number: int
    title: str
    articles: list[Article]


def chapters_of(
    policy: Policy,
    *,
    touches: Mapping[str, Touch] | None = None,
    today: Policy | None = None,
    form: Any = None,
    sought: str = "",
) -> list[Chapter]:
    """Every figure of a policy by chapter and article; those alone that have to do with a word, where one is sought."""
    shown: dict[int, Chapter] = {}
    for code, title, says, kept in _articles(policy, sought):
        number = int(code.split(".")[0])
        chapter = shown.setdefault(number, Chapter(number, said(CHAPTERS[number]), []))
        figures = [_figure(parameter, policy, touches or {}, today, form) for parameter in kept]
        names = {figure.name for figure in figures}
        chapter.articles.append(Article(code, title, says, figures, hints_beside(policy, names)))
    return list(shown.values())


def _articles(policy: Policy, sought: str) -> Iterator[tuple[str, str, str, list[Parameter]]]:
    word = folded(sought)
    for code in sorted({parameter.article for parameter in parameters().values()}, key=order):
        title = _TITLES.get(code, ARTICLES[code].title)
        told = rule(code, policy) or Text("", "")
        own = [parameter for parameter in parameters().values() if parameter.article == code]
        if word and not any(word in folded(text) for text in (code, *title, *told)):
            own = [one for one in own if any(word in folded(text) for text in (one.name, *one.label))]
        if own:
            yield code, said(title), said(told), own


def _figure(
    parameter: Parameter, policy: Policy, touches: Mapping[str, Touch], today: Policy | None, form: Any
) -> PolicyFigure:
    name = parameter.name
    value = getattr(policy, name)
    held = value if today is None else getattr(today, name)
    return PolicyFigure(
        name=name,
        label=said(parameter.label),
        value=said(with_unit(name, value)),
        default=said(with_unit(name, parameter.default)),
        today=said(with_unit(name, held)),
        unit="%" if name.endswith("_rate") else said(parameter.unit),
        says=said(parameter.kind.says),
        touch=touches.get(name),
        field=None if form is None else form[name],
        is_changed=held != value,
    )


def hints_beside(policy: Policy, names: set[str]) -> list[LegalHint]:
    """The law's hints beside any of these figures, each once."""
    return _told(policy, lambda figures: bool(names.intersection(figures)))


def hints_of_the_whole(policy: Policy) -> list[LegalHint]:
    """The law's hints that stand beside no figure, but beside the policy."""
    return _told(policy, lambda figures: not figures)


def _told(policy: Policy, wanted: Callable[[tuple[str, ...]], bool]) -> list[LegalHint]:
    found = (
        LegalHint(said(hint.text), said(hint.source), hint.presses) for hint in hints(policy) if wanted(hint.figures)
    )
    return list(dict.fromkeys(found))


def invited_by(policy: Policy) -> list[Invited]:
    """What a policy's figures invite."""
    return [_invited(found) for found in findings(policy)]


def _invited(found: Finding) -> Invited:
    figures = [(name, said(parameters()[name].label)) for name in found.figures]
    return Invited(found.key, said(found.text), found.articles, figures)


def invited_anew(before: Policy, after: Policy) -> tuple[list[Invited], list[Invited]]:
    """What a change of policy invites that was not invited before, or otherwise; and what it ends."""
    old = {found.key: found for found in findings(before)}
    new = {found.key: found for found in findings(after)}
    come = [_invited(found) for key, found in new.items() if old.get(key) != found]
    gone = [_invited(found) for key, found in old.items() if key not in new]
    return come, gone
