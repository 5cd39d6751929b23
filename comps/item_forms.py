"""Form of an item of the comp list."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from comps.models import Comp
from pages.edits import EditForm

_TEXT = {"class": "form-control", "autocomplete": "off"}


class ItemForm(EditForm):
    """An item of the list."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100, widget=forms.TextInput(attrs=_TEXT))
    category = forms.ChoiceField(label=_("Category"), widget=forms.Select(attrs={"class": "form-select"}))
    price = forms.DecimalField(
        label=_("Price in yuan"),
        max_digits=9,
        decimal_places=2,
        widget=forms.TextInput(attrs={**_TEXT, "inputmode": "decimal"}),
    )

    def __init__(self, *args: Any, categories: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(value, str(label).capitalize()) for value, label in Comp.Category.choices if value in categories]
        self.fields["category"].choices = known  # type: ignore[attr-defined]

    @property
    def shown(self) -> list[Any]:
        return [self["name"], self["category"], self["price"]]
