"""What the venue's settings ask for."""

from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from pages.edits import EditForm
from pages.fields import Day


class VenueForm(EditForm):
    """A venue's name, its time zone, and the day from which it is in use."""

    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(zone, zone) for zone in sorted(available_timezones())],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    in_use_from = Day(
        label=_("In use from (may stay empty)"),
        required=False,
        widget=forms.DateInput({"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
