"""The form by which a comp is asked for."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from comps.models import Comp, CompItem


class CompForm(forms.Form):
    """An item of the house's list, whatever its category (the service says why one is refused), with its ground."""

    item = forms.ModelChoiceField(CompItem.objects.none(), error_messages={"required": _("Choose what to give.")})
    ground = forms.ChoiceField(choices=Comp.Ground.choices, error_messages={"required": _("Choose the ground.")})

    def __init__(self, *args: Any, items: QuerySet[CompItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]
