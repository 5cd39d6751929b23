"""Forms of stored rows: refuse what changed meanwhile, ask about what is unusual.

One mechanism for all of them: the page seals what it shows of a row (``storage.seals``), the form brings the seal back
as ``seen``, the service compares it with the row taken for update (``venues.rights.refuse_changed``), and what has
changed is shown beside what was typed, to be sent once more. What is out of the usual is asked likewise, by ``sure``.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _, pgettext_lazy

from pages.changes import in_words
from pages.formats import moment
from pages.forms import CleanedForm
from storage.seals import is_as_sealed, seal
from venues.errors import ChangedMeanwhile, Doubtful, Refused

SEEN, SURE = "seen", "sure"
_LONGEST_SEAL = 20_000
ASKED = 409
"""The status of an answer that asks: nothing was done."""


class Difference(NamedTuple):
    """Something that changed since the page was made: what stands now, and what was typed, empty where nothing was."""

    label: str
    now: str
    typed: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something is done: the words, what differs, who changed it and when."""

    text: str
    differences: tuple[Difference, ...] = ()
    who: str = ""
    at: str = ""

    @property
    def has_typed(self) -> bool:
        """Whether anything was typed that differs, and is shown beside what stands."""
        return any(one.typed for one in self.differences)


class AskedForm(CleanedForm):
    """A form whose act may be asked about: ``sure`` brings back what was asked (``venues.rights.be_sure``)."""

    sure = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    question: Question | None = None
    offers = ""
    """What the question offers besides doing it all the same."""

    def ask(self, doubt: Doubtful) -> None:
        """Ask whether it is meant; what was typed stays, and sent once more it is."""
        self.question = Question(str(doubt))
        self.offers = doubt.offers
        self.data = resent(self.data, {self.add_prefix(SURE): doubt.key})


class EditForm(AskedForm):
    """A form that edits what is stored; ``stands`` is what its page shows of it, by the name of the field."""

    seen = forms.CharField(required=False, max_length=_LONGEST_SEAL, widget=forms.HiddenInput)
    hidden: ClassVar[Collection[str]] = ()
    """What is never shown, but that it changed."""

    def __init__(self, *args: Any, stands: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[SEEN].initial = seal(stands)

    def ask_anew(self, refusal: ChangedMeanwhile) -> None:
        """Show what has changed beside what was typed; what was not touched takes what stands now."""
        seen = self.cleaned_data[SEEN]
        typed: dict[str, Any] = {}
        taken: dict[str, Any] = {}
        for name, value in refusal.changed.items():
            given = self.typed.get(name)
            if name not in self.typed or is_as_sealed(seen, name, given):
                taken |= self.raw(name, value)
            else:
                typed[name] = given
        self.question = question_of(refusal, typed, self)
        taken = {self.add_prefix(name): value for name, value in taken.items()}
        self.data = resent(self.data, {**taken, self.add_prefix(SEEN): refusal.seal})

    def words(self, name: str, value: Any, row: Model | None) -> str:
        """A value that stands, or was typed, as it is said."""
        return _("not shown") if name in self.hidden else _words(name, value, row, self.fields.get(name))

    def label(self, name: str, row: Model | None) -> str:
        """How a value that stands is called."""
        return _label(name, row, self.fields.get(name))

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed, as it would be stored, by the name under which it stands."""
        return self.cleaned_data

    def raw(self, name: str, value: Any) -> dict[str, Any]:
        """What the form would hold for what stands now, as it is sent; nothing where it does not ask for it."""
        if name not in self.fields or name in self.hidden:
            return {}
        field = self.fields[name]
        value = field.prepare_value(value.pk if isinstance(value, Model) else value)
        if isinstance(value, list | tuple | set):
            return {name: [str(one) for one in value]}
        if isinstance(field.widget, forms.widgets.ChoiceWidget):
            return {name: "" if value is None else str(value)}
        return {name: field.widget.format_value(value) or ""}


def question_of(
    refusal: ChangedMeanwhile,
    typed: Mapping[str, Any] | None = None,
    form: EditForm | None = None,
) -> Question:
    """What has changed, side by side with what was typed; in the words of the form's fields, else of the row's."""
    given, row = typed or {}, refusal.row
    words = form.words if form is not None else _words
    label = form.label if form is not None else _label
    differences = [
        Difference(label(name, row), words(name, value, row), words(name, given[name], row) if name in given else "")
        for name, value in refusal.changed.items()
    ]
    last = _last_change(refusal.row)
    who = (last.history_user.get_full_name() or last.history_user.username) if last and last.history_user else ""
    return Question(str(refusal), tuple(differences), who, moment(last.history_date) if last else "")


def ask_page(request: HttpRequest, refusal: Refused, *, back: str) -> HttpResponse:
    """A page that asks before something is done that has no form to stay on; answered, the same is sent once more."""
    if isinstance(refusal, ChangedMeanwhile):
        question, answer = question_of(refusal), {SEEN: refusal.seal}
    elif isinstance(refusal, Doubtful):
        question, answer = Question(str(refusal)), {SURE: refusal.key}
    else:
        raise TypeError(type(refusal))
    kept = [(name, value) for name, value in _sent(request.POST) if name not in (*answer, "csrfmiddlewaretoken")]
    context = {"question": question, "kept": [*kept, *answer.items()], "back": back}
    return render(request, "pages/ask.html", context, status=ASKED)


def resent(data: Mapping[str, Any], other: Mapping[str, Any]) -> QueryDict:
    """What was sent, with other values for some fields."""
    found = QueryDict(mutable=True)
    found.update(data)
    for name, value in other.items():
        found.setlist(name, value if isinstance(value, list) else [value])
    return found


def _sent(data: QueryDict) -> Iterator[tuple[str, str]]:
    for name, values in data.lists():
        for value in values:
            yield name, str(value)


def _label(name: str, row: Model | None, field: forms.Field | None = None) -> str:
    label = name
    if field is not None and field.label:
        label = str(field.label)
    elif row is not None:
        label = str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _words(name: str, value: Any, row: Model | None, field: forms.Field | None = None) -> str:
    """A value as it is said: by the choices of the row's field, or of the form's where there is no row."""
    if value in (None, ""):
        return "—"
    if isinstance(value, list | tuple | set | frozenset):
        return _(", ").join(_words(name, one, row, field) for one in value) or "—"
    choices: dict[Any, Any] = {}
    if row is not None:
        choices = dict(row._meta.get_field(name).flatchoices or ())  # type: ignore[union-attr]
    elif isinstance(field, forms.ChoiceField):
        choices = dict(field.choices)  # type: ignore[arg-type]
    return str(choices[value]) if value in choices else in_words(value)


def _last_change(row: Model | None) -> Any:
    history = getattr(row, "history", None)
    if history is None:
        return None
    return history.select_related("history_user").order_by("-history_date", "-history_id").first()


class ReasonForm(EditForm):
    """Why something is done that leaves a trace; ``stands`` where it is about what may change meanwhile."""

    reason = forms.CharField(
        label=pgettext_lazy("of an act", "Reason"),
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, stands: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, stands=stands or {}, **kwargs)
