"""Form of a bonus, a withholding, a correction."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from commissions.adjustments.services import KINDS
from pages.forms import CleanedForm
from rulebook.calendar import CalendarMonth
from staff.models import Employee

_TEXT = {"class": "form-control"}
_SELECT = {"class": "form-select"}


class AmountForm(CleanedForm):
    """An entry of a month: for whom, what, how much, what for, which paid month it corrects."""

    employee = forms.ChoiceField(label=pgettext_lazy("amount", "For whom"), widget=forms.Select(attrs=_SELECT))
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, widget=forms.Select(attrs=_SELECT))
    amount = forms.DecimalField(
        label=_("Amount in yuan"),
        min_value=0,
        max_digits=11,
        decimal_places=2,
        widget=forms.TextInput(attrs={**_TEXT, "inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("What for"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "off"}),
    )
    corrects = forms.ChoiceField(label=_("Corrects a paid month"), required=False, widget=forms.Select(attrs=_SELECT))

    def __init__(
        self, *args: Any, people: Sequence[Employee], paid: Sequence[CalendarMonth], names: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        everybody = [("", ""), *((pk, f"{one.name} {one.number}") for pk, one in self.people.items())]
        self.fields["employee"].choices = everybody  # type: ignore[attr-defined]
        self.fields["corrects"].choices = [("", "—"), *((str(month), names(month)) for month in paid)]  # type: ignore[attr-defined]
        if not paid:
            del self.fields["corrects"]

    def clean_employee(self) -> Employee:
        return self.people[self.cleaned_data["employee"]]

    def clean_corrects(self) -> CalendarMonth | None:
        chosen = self.cleaned_data["corrects"]
        return CalendarMonth.parse(chosen) if chosen else None
