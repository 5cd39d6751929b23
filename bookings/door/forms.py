"""Forms of the door and the till."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from pages.edits import AskedForm, EditForm
from pages.forms import CodeField, PhoneField
from rulebook.calendar import moment
from staff.models import Employee

_TEXT = {"class": "form-control"}


class DecisionForm(EditForm):
    """Why something is done about a booking."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={**_TEXT, "enterkeyhint": "done"}),
    )


class ArrivalForm(EditForm):
    """The time at which guests came, on the venue's clock, and why it is not the server's."""

    at = forms.TimeField(
        label=_("Arrived at"), widget=forms.TimeInput(format="%H:%M:%S", attrs={**_TEXT, "type": "time", "step": "1"})
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=100, widget=forms.TextInput(attrs={**_TEXT, "enterkeyhint": "done"})
    )

    def __init__(self, *args: Any, day: date, zone: tzinfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day, self.zone = day, zone

    @property
    def typed(self) -> dict[str, Any]:
        return {"arrived_at": self.moment}

    def raw(self, name: str, value: Any) -> dict[str, Any]:
        return {"at": f"{timezone.localtime(value):%H:%M:%S}"} if name == "arrived_at" and value else {}

    @property
    def moment(self) -> datetime:
        """The moment on the business day; before noon it is the next calendar day's."""
        return moment(self.day, self.cleaned_data["at"], self.zone)


def _table() -> CodeField:
    return CodeField(label=_("Table"), max_length=40, error_messages={"required": _("Choose a table.")})


class MoveForm(EditForm):
    """The table that guests move to."""

    table = _table()


class WalkInForm(AskedForm):
    """Guests who came without a booking: where they sit, whose they are."""

    table = _table()
    employee = forms.ChoiceField(label=_("Account manager"), widget=forms.Select(attrs={"class": "form-select"}))
    guest_name = forms.CharField(
        label=_("Guest's name"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "off", "enterkeyhint": "next"}),
    )
    guest_phone = PhoneField(
        label=_("Guest's phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(
            attrs={**_TEXT, "type": "tel", "inputmode": "tel", "autocomplete": "off", "enterkeyhint": "next"}
        ),
    )
    party_size = forms.IntegerField(
        label=_("People"),
        min_value=1,
        max_value=99,
        required=False,
        widget=forms.NumberInput(attrs={**_TEXT, "inputmode": "numeric", "enterkeyhint": "done"}),
    )

    def __init__(self, people: Iterable[Employee], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        chosen = [(pk, str(person)) for pk, person in self.people.items()]
        self.fields["employee"].choices = [("", _("Whose guests?")), *chosen]  # type: ignore[attr-defined]

    @property
    def whose(self) -> Employee:
        """Whom the guests stand for; of a valid form."""
        return self.people[self.cleaned_data["employee"]]


class AmountForm(EditForm):
    """An amount in yuan, by the name under which it stands; another than the one settled says why."""

    amount = forms.DecimalField(
        label=pgettext_lazy("yuan", "Amount"),
        min_value=0,
        max_digits=11,
        decimal_places=2,
        widget=forms.TextInput(attrs={**_TEXT, "inputmode": "decimal", "autocomplete": "off", "enterkeyhint": "done"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={**_TEXT, "enterkeyhint": "done"}),
    )

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name

    @property
    def typed(self) -> dict[str, Any]:
        return {self.name: self.cleaned_data["amount"]}

    def raw(self, name: str, value: Any) -> dict[str, Any]:
        return super().raw("amount", value) if name == self.name else {}
