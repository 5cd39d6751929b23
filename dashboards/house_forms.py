"""What the venue's settings ask for."""

from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from pages.edits import EditForm


class VenueForm(EditForm):
    """A venue's name and time zone."""

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
