"""What is encrypted in the database is never kept by the browser, whatever form it is typed into."""

from collections.abc import Iterator

from django import forms
from django.apps import apps
from django.urls import get_resolver

from storage.encrypted import EncryptedTextField


def forms_below(kind: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for form in kind.__subclasses__():
        yield form
        yield from forms_below(form)


def test_every_field_of_a_secret_number_is_private() -> None:
    assert get_resolver().url_patterns  # every page, and so every form, is known
    secret = {
        field.name
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField)
    }
    assert {"id_number", "bank_account"} <= secret
    found = [
        (form.__name__, name, field)
        for form in forms_below(forms.Form)
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if name in secret
    ]
    assert len(found) >= 4
    assert [(form, name) for form, name, field in found if "data-private" not in field.widget.attrs] == []
