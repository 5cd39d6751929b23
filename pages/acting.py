"""Turn a refusal into words on the page: at the field it is about, else above what the page shows."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from pages.forms import CleanedForm, field_of
from venues.errors import Refused


def refuse(request: HttpRequest, refusal: Refused, form: forms.Form | None = None) -> None:
    """Say it at its field of the form that the page shows again, else in a message.

    A message about a field that a page shows after a redirect bears the field's name (``at-reason``): the page's script
    takes it to that field of the form that was sent, where it is one of several.
    """
    name = field_of(refusal)
    if isinstance(form, CleanedForm) and name in form.fields:
        form.refuse(refusal)
    else:
        messages.error(request, str(refusal), extra_tags=f"at-{name}" if name else "")
