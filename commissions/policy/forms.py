"""The figures of a policy as the fields of a form, each asked for, read and judged as its parameter says."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _, gettext_lazy

from pages.edits import EditForm, ReasonForm
from pages.figures import figure_of, label_of, said
from pages.forms import CodeField
from rulebook.cleaning import plain
from rulebook.policy import Parameter, Policy, PolicyError, Shape, parameters, read_value

_TEXT = {"class": "form-control", "autocomplete": "off"}
_HUNDRED = Decimal(100)
_LONGEST = 8
"""As many characters as a percentage has at most: 99.9999."""


class _Figure(CodeField):
    """A value as people type it, in full width or not, with separators or its unit; cleaned to how it is stored."""

    def __init__(self, parameter: Parameter, **options: Any) -> None:
        super().__init__(label=said(parameter.label), required=False, **options)
        self.parameter = parameter

    def clean(self, value: Any) -> str:
        text = plain(super().clean(value) or "")
        return _stored(self.parameter, self.bare(text))

    def bare(self, text: str) -> str:
        for unit in self.parameter.unit:
            text = text.removesuffix(unit).strip() if unit else text
        return text.replace(",", "").removeprefix("¥").strip()

    def shown(self, value: Any) -> Any:
        return self.parameter.kind.write(value).removesuffix(".00")


class _Rate(_Figure):
    """A fraction, asked for in percent."""

    def bare(self, text: str) -> str:
        text = super().bare(text.removesuffix("%"))
        try:
            share = Decimal(text if len(text) <= _LONGEST else "") / _HUNDRED
            read_value(self.parameter.name, f"{share:f}")
        except (InvalidOperation, PolicyError):
            raise ValidationError(_("From 0 to 100 percent, with at most four decimals.")) from None
        return f"{share.normalize():f}"

    def shown(self, value: Any) -> Any:
        return f"{(value * _HUNDRED).normalize():f}"


class _OneOf(forms.ChoiceField):
    def __init__(self, parameter: Parameter) -> None:
        super().__init__(
            label=said(parameter.label),
            choices=[(name, said(word)) for name, word in parameter.kind.options.items()],
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.parameter = parameter

    def shown(self, value: Any) -> Any:
        return value


class _SomeOf(forms.MultipleChoiceField):
    def __init__(self, parameter: Parameter) -> None:
        super().__init__(
            label=said(parameter.label),
            required=False,
            choices=[(name, said(word)) for name, word in parameter.kind.options.items()],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        )
        self.parameter = parameter

    def clean(self, value: Any) -> str:
        return _stored(self.parameter, ",".join(super().clean(value)))

    def shown(self, value: Any) -> Any:
        return list(value)


def _stored(parameter: Parameter, text: str) -> str:
    """The text under which a value is stored; refuses, in the reader's language, what the parameter can't take."""
    try:
        return parameter.kind.write(read_value(parameter.name, text))
    except PolicyError as error:
        raise ValidationError(said(error.text)) from None


def _field(parameter: Parameter) -> Any:
    match parameter.kind.shape:
        case Shape.CHOICE:
            return _OneOf(parameter)
        case Shape.CHOICES:
            return _SomeOf(parameter)
        case Shape.CLOCK:
            return _Figure(parameter, widget=forms.TimeInput(attrs={**_TEXT, "type": "time"}))
        case Shape.RATE:
            return _Rate(parameter, widget=forms.TextInput(attrs={**_TEXT, "inputmode": "decimal"}))
        case Shape.NUMBER:
            return _Figure(parameter, widget=forms.TextInput(attrs={**_TEXT, "inputmode": "numeric"}))
    return _Figure(parameter, widget=forms.TextInput(attrs={**_TEXT, "inputmode": "decimal"}))


class PolicyForm(EditForm):
    """Every figure of a policy, and the month from which they hold; ``cleaned_data`` has them as they are stored."""

    month = forms.ChoiceField(label=gettext_lazy("In force from"), widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(
        self, data: Any, *, policy: Policy, months: list[tuple[str, str]], chosen: str, stands: Policy
    ) -> None:
        super().__init__(data, initial={"month": chosen}, auto_id="figure-%s", stands=stands.as_values())
        self.fields["month"].choices = months  # type: ignore[attr-defined]
        for name, parameter in parameters().items():
            field = _field(parameter)
            field.initial = field.shown(getattr(policy, name))
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        values = {name: given[name] for name in parameters() if name in given}
        if len(values) == len(parameters()):
            try:
                Policy.from_values(values)
            except PolicyError as error:
                self.add_error(error.parameter or None, said(error.text))
        return given

    @property
    def typed(self) -> dict[str, Any]:
        return dict(self.values)

    def raw(self, name: str, value: Any) -> dict[str, Any]:
        return {name: self.fields[name].shown(read_value(name, value))}  # type: ignore[attr-defined]

    def words(self, name: str, value: Any, row: Model | None) -> str:
        return figure_of(name, value)

    @property
    def values(self) -> Mapping[str, str]:
        """The figures as they are stored, once the form is valid."""
        return {name: self.cleaned_data[name] for name in parameters()}


class StatingForm(ReasonForm):
    """Why figures of the policy are stated or taken back."""

    def words(self, name: str, value: Any, row: Model | None) -> str:
        return figure_of(name, value)

    def label(self, name: str, row: Model | None) -> str:
        return label_of(name)
