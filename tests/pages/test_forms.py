"""Every form reads what was typed as it was meant: figures in full width, without what nobody sees."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.http import QueryDict
from django_filters import FilterSet

from pages.forms import CardField, CleanedForm, CodeField, IdNumberField, PhoneField, is_as_sent

OURS = tuple(app.name for app in apps.get_app_configs() if str(app.path).startswith(str(settings.BASE_DIR / app.name)))
OF_A_LIBRARY = {"SignInCode", "ConfirmingCode", "SignIn", "NewPassword", "EndSessions", "SettingPassword"}
"""Forms of the sign-in that allauth and Django bring: secrets, codes and a name of their own cleaning."""
HIDDEN = "\u200b\u202d"
FULL = str.maketrans("0123456789:-./", "０１２３４５６７８９：－．／")


def every_form() -> list[type[forms.BaseForm]]:
    for app in OURS:
        for module in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if "form" in module.name or ".views" in module.name or module.name.endswith(("filters", "ledger")):
                importlib.import_module(module.name)
    return sorted(set(_below(forms.BaseForm)), key=lambda form: (form.__module__, form.__name__))


def _below(form: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for one in form.__subclasses__():
        if one.__module__.partition(".")[0] in OURS:
            yield one
        yield from _below(one)


FORMS = every_form()
FIELDS = [
    pytest.param(name, field, id=f"{form.__module__}.{form.__name__}.{name}")
    for form in FORMS
    for name, field in form.base_fields.items()
    if issubclass(form, CleanedForm) and not is_as_sent(field)
]


def read(name: str, field: forms.Field, typed: str, sent: Any = None) -> Any:
    """What a form of this one field makes of what is typed."""
    form = type("One", (CleanedForm,), {name: field})({name: typed} if sent is None else sent)
    form.full_clean()
    return form.cleaned_data.get(name, form.errors.get(name))


def test_every_filter_of_a_list_has_a_cleaned_form() -> None:
    ours = [one for one in FilterSet.__subclasses__() if one.__module__.partition(".")[0] in OURS]
    assert ours
    assert all(issubclass(one._meta.form, CleanedForm) for one in ours)


def test_every_form_is_cleaned() -> None:
    others = {form.__name__ for form in FORMS if not issubclass(form, CleanedForm)}
    assert others <= OF_A_LIBRARY
    assert len(FIELDS) > 60


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_every_field_reads_full_width_and_passes_over_what_nobody_sees(name: str, field: forms.Field) -> None:
    plain = {
        forms.DateField: "2026-11-20", forms.TimeField: "20:30", forms.IntegerField: "3", forms.DecimalField: "12.50",
        IdNumberField: "11010519491231002X", CardField: "6222021234567890149", PhoneField: "13800138000",
        forms.RegexField: "1-2",
    }  # fmt: skip
    typed = next((text for kind, text in plain.items() if isinstance(field, kind)), "12")
    wanted = read(name, field, typed)
    dressed = f"\u3000{HIDDEN}{typed[0]}{HIDDEN}{typed[1:]} "
    assert read(name, field, dressed) == wanted
    if type(field) is not forms.CharField:
        assert read(name, field, dressed.translate(FULL)) == wanted
    assert wanted is not None


@pytest.mark.parametrize(
    ("name", "field"), [one for one in FIELDS if isinstance(one.values[1], forms.CharField) and one.values[1].required]
)
def test_a_required_text_of_nothing_visible_is_missing(name: str, field: forms.CharField) -> None:
    for nothing in (HIDDEN, "\u3164", "\u2800", "\u3000\ufeff"):
        form = type("One", (CleanedForm,), {name: field})({name: nothing})
        assert not form.is_valid()


def test_money_is_read_as_people_write_it() -> None:
    field = forms.DecimalField(max_digits=11, decimal_places=2)
    for typed in ("￥1,280", "1280元", "１２８０", "1,280.00", "¥ 1280"):
        assert read("amount", field, typed) == 1280
    for typed in ("1,2", "1.2万", "(200)", "1e3", "1_000", "١٢٠٠", "+5"):
        assert not type("One", (CleanedForm,), {"amount": field})({"amount": typed}).is_valid()


def test_a_number_is_figures_and_not_what_python_reads_too() -> None:
    for typed in ("4", "４", " 4\u200b", "4.0"):
        assert read("people", forms.IntegerField(), typed) == 4
    for typed in ("1_0", "٤", "+4", "4e0"):
        form = type("One", (CleanedForm,), {"people": forms.IntegerField()})({"people": typed})
        assert list(form.errors) == ["people"]


def test_names_keep_their_width_and_lines_stay_lines() -> None:
    assert read("name", forms.CharField(), "ＶＩＰ林\u200b") == "ＶＩＰ林"
    assert read("note", forms.CharField(widget=forms.Textarea), "一\r\n二\u200b") == "一\n二"
    assert read("code", CodeField(), "Ａ１") == "A1"


def test_a_secret_and_what_the_page_wrote_stay_as_they_are() -> None:
    secret = forms.CharField(widget=forms.PasswordInput, strip=False)
    assert read("password", secret, " Ｐ\u200b ") == " Ｐ\u200b "
    assert read("seen", forms.CharField(widget=forms.HiddenInput, strip=False), "ａ\u200b") == "ａ\u200b"


def test_what_was_sent_several_times_is_cleaned_each_time() -> None:
    sent = QueryDict("n=%EF%BC%91&n=%EF%BC%92")
    form = type("One", (CleanedForm,), {"n": CodeField()})(sent)
    form.full_clean()
    assert form.data.getlist("n") == ["1", "2"]
    assert sent.getlist("n") == ["１", "２"]
