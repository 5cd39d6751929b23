"""Forms that clean what is typed: invisible characters go, full-width figures are read.

Every form of the project is a ``CleanedForm``, so that no field has to think of it.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from rulebook import cleaning, phones
from rulebook.identifiers import card_holds, id_number_holds
from venues.errors import Refused

_TYPED_NUMBERS = (
    forms.IntegerField, forms.DateField, forms.TimeField, forms.DateTimeField, forms.DurationField,
    forms.RegexField, forms.EmailField, forms.SlugField,
)  # fmt: skip
_FIGURES = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)  # not 1e3 or 1_000, which Python reads too


class CodeField(forms.CharField):
    """What is neither name nor words: a key, a table's code, a figure; kept in half width."""

    def cleaned(self, typed: str) -> str:
        """What was typed, cleaned."""
        return cleaning.plain(typed)


class PhoneField(CodeField):
    """A phone, spelled in whatever way."""

    def cleaned(self, typed: str) -> str:
        return phones.spelled(typed)


class IdNumberField(CodeField):
    """The number of an ID card, with its right check digit, or of another paper."""

    def cleaned(self, typed: str) -> str:
        return cleaning.bare(typed)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not id_number_holds(value):
            raise ValidationError(
                _("This is no ID number: the 18 digits of an ID card (the last may be X), "
                  "or the letters and digits of another paper. Compare it with the card.")
            )  # fmt: skip


class CardField(CodeField):
    """The number of a bank account."""

    def cleaned(self, typed: str) -> str:
        return cleaning.bare(typed)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not card_holds(value):
            raise ValidationError(_("This is no account number: it should be digits."))


class CleanedForm(forms.Form):
    """A form that cleans what was typed before any of its fields reads it."""

    def full_clean(self) -> None:
        if self.is_bound:
            self._clean_typed()
        super().full_clean()

    def refuse(self, refusal: Refused, otherwise: str | None = None) -> None:
        """Say what a service refused: at the field that it is about, else at the one named, else above them all."""
        self.add_error(refusal.field if refusal.field in self.fields else otherwise, str(refusal))

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, field in self.fields.items():
            if name in self.cleaned_data and isinstance(field, forms.IntegerField) and not is_as_sent(field):
                typed = self.data.get(self.add_prefix(name))
                if isinstance(typed, str) and typed and not _FIGURES.fullmatch(typed):
                    self.add_error(name, field.error_messages["invalid"])

    def _clean_typed(self) -> None:
        changed: dict[str, list[Any]] = {}
        for name, field in self.fields.items():
            key = self.add_prefix(name)
            if key not in self.data or is_as_sent(field):
                continue
            values = self.data.getlist(key) if isinstance(self.data, QueryDict) else [self.data[key]]
            clean = [cleaned(field, value) for value in values]
            if clean != values:
                changed[key] = clean
        if changed:
            if isinstance(self.data, QueryDict):
                sent = self.data.copy()
                for key, values in changed.items():
                    sent.setlist(key, values)
                self.data = sent
            else:
                self.data = {**self.data, **{key: values[0] for key, values in changed.items()}}


def is_as_sent(field: forms.Field) -> bool:
    """Whether a field takes what it is sent as it is: a secret, a file, a choice, what the page itself wrote."""
    if isinstance(field.widget, forms.PasswordInput | forms.FileInput | forms.widgets.ChoiceWidget):
        return True
    return isinstance(field, forms.FileField | forms.ChoiceField | forms.BooleanField) or (
        field.widget.is_hidden and isinstance(field, forms.CharField)
    )


def cleaned(field: forms.Field, typed: Any) -> Any:
    """What was typed into a field, cleaned as its kind asks for."""
    if not isinstance(typed, str):
        return typed
    if isinstance(field, CodeField):
        return field.cleaned(typed)
    if isinstance(field, forms.DecimalField):  # yuan, all of them
        return cleaning.amount(typed)
    if isinstance(field, _TYPED_NUMBERS):
        return cleaning.plain(typed)
    return cleaning.lines(typed) if isinstance(field.widget, forms.Textarea) else cleaning.words(typed)
