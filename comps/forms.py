"""The form by which a comp is asked for."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from comps.models import Comp, CompItem
from pages.forms import CleanedForm
from storage.seals import opened_key


class SealedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of a record that also sends the seal of what was shown of it, kept as ``seen``."""

    seen: str | None = None

    def to_python(self, value: Any) -> Any:
        key, sealed = opened_key(str(value or ""))
        self.seen = sealed or None
        return super().to_python(key)


class CompForm(CleanedForm):
    """An item of the house's list, whatever its category (the service says why one is refused), with its ground."""

    item = SealedChoice(CompItem.objects.none(), error_messages={"required": _("Choose what to give.")})
    ground = forms.ChoiceField(choices=Comp.Ground.choices, error_messages={"required": _("Choose the ground.")})

    def __init__(self, *args: Any, items: QuerySet[CompItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]

    @property
    def seen(self) -> str | None:
        """The seal of what was shown of the item."""
        return cast(str | None, self.fields["item"].seen)  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        """The key of the item chosen."""
        return opened_key(str(self["item"].value() or ""))[0]
