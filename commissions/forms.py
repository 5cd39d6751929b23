"""What the pages of payroll ask for."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from commissions.amounts import KINDS
from pages.edits import EditForm
from pages.figures import figure_of, label_of
from pages.formats import yuan
from pages.forms import CleanedForm
from rulebook.calendar import CalendarMonth
from staff.models import Employee

_TEXT = {"class": "form-control"}
_SELECT = {"class": "form-select"}


class ReasonForm(EditForm):
    """Why something is done that leaves a trace; ``stands`` where it is about what may change meanwhile."""

    reason = forms.CharField(
        label=pgettext_lazy("of an act", "Reason"),
        max_length=100,
        widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, stands: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, stands=stands or {}, **kwargs)


class StatingForm(ReasonForm):
    """Why figures of the policy are stated or taken back."""

    def words(self, name: str, value: Any, row: Model | None) -> str:
        return figure_of(name, value)

    def label(self, name: str, row: Model | None) -> str:
        return label_of(name)


class MonthForm(EditForm):
    """An act on a whole month, whose payslips may be others by now (``commissions.selectors.drafted``)."""

    _LABELS: ClassVar[dict[str, Any]] = {
        "computed": _("Payslips computed at"),
        "people": _("People"),
        "net": _("Net pay"),
    }

    def words(self, name: str, value: Any, row: Model | None) -> str:
        return yuan(value) if name == "net" and value is not None else super().words(name, value, row)

    def label(self, name: str, row: Model | None) -> str:
        return str(self._LABELS[name])


class ReopeningForm(MonthForm):
    """Why a month is reopened."""

    reason = forms.CharField(
        label=pgettext_lazy("of an act", "Reason"),
        max_length=100,
        widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "off"}),
    )


class PaidForm(MonthForm):
    """The day on which the bank sheet was paid."""

    on = forms.DateField(label=_("Paid on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={**_TEXT, "type": "date"}))


class AnswerForm(CleanedForm):
    """What somebody says of the draft of their payslip; the digest is that of the draft shown."""

    digest = forms.CharField(max_length=16, widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("right", ""), ("wrong", "")])
    words = forms.CharField(
        label=_("What is wrong?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={**_TEXT, "rows": 3}),
    )


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
