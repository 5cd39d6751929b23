"""Form by which a workbook is sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.forms import CleanedForm


class FileForm(CleanedForm):
    """A month workbook."""

    file = forms.FileField(
        label=_("Month workbook (.xlsx)"),
        max_length=255,
        widget=forms.FileInput(attrs={"class": "form-control file-drop", "accept": ".xlsx,.xlsm"}),
    )


class AgreedForm(CleanedForm):
    """The digest of what was shown, and is confirmed; why past days are vouched for."""

    agreed = forms.CharField(max_length=64)
    vouch_reason = forms.CharField(
        label=_("Why you vouch for them"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "enterkeyhint": "done"}),
    )
