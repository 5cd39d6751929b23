"""Forms of a month: acts on the whole of it, a person's answer."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from pages.edits import EditForm
from pages.formats import yuan
from pages.forms import CleanedForm

_TEXT = {"class": "form-control"}


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
