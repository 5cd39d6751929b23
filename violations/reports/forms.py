"""Forms by which violations are recorded."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from bookings.models import Booking
from pages.edits import AskedForm, EditForm
from rulebook.articles import CONDUCT_ARTICLES, REPORTED_ARTICLES
from staff.models import Employee
from storage.files import PHOTOS
from violations.reports.consequences import title_of

_TEXT = {"class": "form-control"}
_SELECT = {"class": "form-select"}
_GRAVE = [code for code in REPORTED_ARTICLES if code not in CONDUCT_ARTICLES]


class ReportForm(AskedForm):
    """Who did what on which business day; the booking is 4.4's, the amount 4.1's."""

    article = forms.ChoiceField(label=_("What happened"), widget=forms.Select(attrs=_SELECT))
    employee = forms.ChoiceField(label=pgettext_lazy("violation", "Who"), widget=forms.Select(attrs=_SELECT))
    day = forms.DateField(
        label=_("Business day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={**_TEXT, "type": "date"})
    )
    booking = forms.ChoiceField(label=_("Which table's booking"), required=False, widget=forms.Select(attrs=_SELECT))
    amount = forms.DecimalField(
        label=_("Tips not handed over, in yuan"),
        required=False,
        min_value=0,
        max_digits=11,
        decimal_places=2,
        widget=forms.TextInput(attrs={**_TEXT, "inputmode": "decimal", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("In a few words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={**_TEXT, "rows": 3}),
    )
    photo = forms.FileField(
        label=_("Photo, if there is one"),
        required=False,
        widget=forms.FileInput(attrs={**_TEXT, "accept": PHOTOS}),
    )

    def __init__(
        self,
        *args: Any,
        on_shift: Sequence[Employee],
        others: Sequence[Employee],
        bookings: Iterable[Booking],
        tonight: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in (*on_shift, *others)}
        self.bookings = {str(booking.pk): booking for booking in bookings}
        self.fields["day"].widget.attrs["max"] = tonight.isoformat()
        self._choose("article", [
            ("", _("Choose an article")),
            (_("Work rules (chapter 4)"), [(code, _titled(code)) for code in _GRAVE]),
            (_("Conduct (chapter 5)"), [(code, _titled(code)) for code in CONDUCT_ARTICLES]),
        ])  # fmt: skip
        groups = ((_("On shift"), on_shift), (_("Not on shift"), others))
        self._choose("employee", [
            ("", _("Choose a person")),
            *((title, [(str(one.pk), str(one)) for one in people]) for title, people in groups if people),
        ])  # fmt: skip
        self._choose("booking", [
            ("", _("Choose a booking")),
            *((pk, f"{one.table or '—'} {one.guest_name} · {one.employee.name}") for pk, one in self.bookings.items()),
        ])  # fmt: skip

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def who(self) -> Employee:
        """The person; of a valid form."""
        return self.people[self.cleaned_data["employee"]]

    @property
    def which(self) -> Booking | None:
        """The booking, where one was chosen; of a valid form."""
        return self.bookings.get(self.cleaned_data["booking"])


class WithdrawForm(EditForm):
    """Why something recorded is taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=100, widget=forms.TextInput(attrs={**_TEXT, "enterkeyhint": "done"})
    )


def _titled(code: str) -> str:
    """An article with its title, in the language in force."""
    return f"{code} {title_of(code)}"
