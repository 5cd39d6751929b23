"""Forms of a person's file."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from accounts.models import User
from pages.edits import AskedForm, EditForm
from pages.fields import Day
from pages.formats import long_day
from pages.forms import CardField, CleanedForm, CodeField, IdNumberField, PhoneField
from rulebook.identifiers import is_name
from rulebook.phones import is_digits
from staff.models import Employee, Paper
from storage.files import PHOTOS, BadFile, checked
from venues.models import PolicyVersion

_TEXT = {"class": "form-control", "autocomplete": "off"}
_SELECT = {"class": "form-select"}
_PRIVATE = {"data-private": ""}  # never kept in the browser, as assets/forms.js keeps what was typed


def _text(
    label: Any, length: int, *, required: bool = True, kind: type[forms.CharField] = forms.CharField, **more: Any
) -> forms.CharField:
    return kind(label=label, max_length=length, required=required, widget=forms.TextInput({**_TEXT, **more}))


def _day(label: Any, *, required: bool = True) -> Day:
    widget = forms.DateInput({"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return Day(label=label, required=required, widget=widget)


def _reason() -> forms.CharField:
    return _text(pgettext_lazy("of an act", "Reason"), 100, enterkeyhint="done")


class _PastForm(AskedForm):
    """A form that may store days already past: the question about them is answered by a tick and a reason too."""

    vouch = forms.BooleanField(
        label=_("I vouch for these days: the person worked them"),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    vouch_reason = _text(_("Why you vouch for them"), 100, required=False, enterkeyhint="done")

    @property
    def asks_past(self) -> bool:
        """Whether the days are asked about, or were just answered for."""
        return self.offers == "vouch" or bool(self.data.get(self.add_prefix("vouch")))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("vouch") and not given.get("vouch_reason"):
            self.add_error("vouch_reason", _("Vouching for somebody needs a reason."))
        return given


class _File(_PastForm):
    name = _text(_("Name"), 60)
    hired_on = _day(_("First employed day"))
    phone = _text(_("Phone"), 40, required=False, kind=PhoneField, inputmode="tel")
    deposit = forms.DecimalField(
        label=_("Deposit in yuan"),
        required=False,
        min_value=0,
        max_digits=11,
        decimal_places=2,
        widget=forms.TextInput({**_TEXT, "inputmode": "decimal"}),
    )
    id_number = _text(
        _("ID number"), 40, required=False, kind=IdNumberField, inputmode="text", spellcheck="false", **_PRIVATE
    )
    bank_name = _text(_("Bank"), 100, required=False)
    bank_account = _text(_("Bank account"), 40, required=False, kind=CardField, inputmode="numeric", **_PRIVATE)
    user = forms.ChoiceField(
        label=_("Signs in as"), required=False, widget=forms.Select({**_SELECT, "translate": "no"})
    )

    def __init__(self, *arguments: Any, users: Iterable[User], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.users = {str(user.pk): user for user in users}
        named = [(key, f"{user.get_full_name()} ({user.username})") for key, user in self.users.items()]
        self.fields["user"].choices = [("", _("does not sign in")), *named]  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and not is_digits(phone):
            raise ValidationError(gettext("This is no phone number: it should be the digits of one number."))
        return phone

    def clean_user(self) -> User | None:
        return self.users.get(self.cleaned_data["user"])


class JoinerForm(_File):
    """Somebody who joins; ``asked`` are the fields that are always there."""

    number = _text(_("Staff number"), 40, kind=CodeField)
    field_order = ("number", "name", "hired_on", "phone", "deposit", "id_number", "bank_name", "bank_account", "user")

    @property
    def asked(self) -> list[forms.BoundField]:
        return [self[name] for name in self.field_order]


class FileForm(_File, EditForm):
    """What a file says; the numbers are typed anew to change them, and never shown."""

    hidden = ("id_number", "bank_account")
    no_id_number = forms.BooleanField(label=_("remove the ID number"), required=False)
    no_bank_account = forms.BooleanField(label=_("remove the bank account"), required=False)
    reason = _text(pgettext_lazy("of an act", "Reason"), 100, required=False, enterkeyhint="done")

    def __init__(self, *arguments: Any, employee: Employee, stands: Mapping[str, Any], **options: Any) -> None:
        names = ("name", "hired_on", "phone", "deposit", "bank_name")
        initial = {name: getattr(employee, name) for name in names} | {"user": employee.user_id or ""}
        super().__init__(*arguments, initial=initial, stands=stands, **options)
        self.employee = employee
        for name, held in (("id_number", employee.masked_id), ("bank_account", employee.masked_bank)):
            if held:
                self.fields[name].widget.attrs["placeholder"] = gettext("%(held)s, type it anew to change it") % {
                    "held": held
                }
            else:
                del self.fields[f"no_{name}"]

    @property
    def typed(self) -> dict[str, Any]:
        return self.values

    @property
    def values(self) -> dict[str, Any]:
        """What was given, by the field of the file."""
        given = self.cleaned_data
        names = ("name", "hired_on", "phone", "deposit", "bank_name", "user")
        found = {name: given[name] for name in names}
        for name in ("id_number", "bank_account"):
            if given[name] or given.get(f"no_{name}"):
                found[name] = given[name]
        return found

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for name in ("id_number", "bank_account"):
            if given.get(name) and given.get(f"no_{name}"):
                self.add_error(name, _("Either type a new one, or remove it."))
        return given


class LeavingForm(_PastForm, EditForm):
    """That somebody leaves; ``read`` says for which leaving it was read what it means."""

    left_on = _day(_("Last employed day"))
    exit_kind = forms.ChoiceField(label=_("Kind of leaving"), choices=Employee.Exits.choices, widget=forms.RadioSelect)
    noticed_on = _day(_("Notice given on"), required=False)
    reason = _reason()
    read = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    @property
    def stated(self) -> str:
        """The leaving that is stated, as one word."""
        given = self.cleaned_data
        return f"{given['left_on']}:{given['exit_kind']}:{given['noticed_on'] or ''}"


class StayForm(_PastForm, EditForm):
    """Why a leaving is taken back."""

    reason = _reason()


class WhyForm(CleanedForm):
    """Why something is done that leaves a trace."""

    reason = _reason()


class _Photo(forms.FileField):
    """A photo or a PDF, checked by its content; cleaned to what is kept of it."""

    def clean(self, data: Any, initial: Any = None) -> "ContentFile[bytes] | None":
        sent: UploadedFile[Any] | None = super().clean(data, initial)
        if not sent:
            return None
        try:
            return checked(sent)
        except BadFile as error:
            raise ValidationError(str(error)) from error


class PaperForm(CleanedForm):
    """A paper of a file."""

    kind = forms.ChoiceField(label=_("Which paper"), choices=Paper.Kind.choices, widget=forms.Select(_SELECT))
    dated_on = _day(_("Dated"))
    expires_on = _day(_("Valid until (may stay empty)"), required=False)
    note = _text(_("Note (may stay empty)"), 100, required=False)
    content = _Photo(
        label=_("Photo or PDF (may stay empty)"),
        required=False,
        widget=forms.FileInput({"class": "form-control", "accept": f"{PHOTOS},application/pdf"}),
    )


class UndertakingForm(CleanedForm):
    """That somebody signed a version of the rulebook."""

    version = forms.ChoiceField(label=_("Which rules"), widget=forms.Select(_SELECT))
    signed_on = _day(_("Signed on"))
    countersigned_by = _text(_("Countersigned by"), 60)

    def clean_countersigned_by(self) -> str:
        name: str = self.cleaned_data["countersigned_by"]
        if not is_name(name):
            raise ValidationError(gettext("This is no name: write who countersigned."))
        return name

    def __init__(self, *arguments: Any, versions: Iterable[PolicyVersion], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.versions = {str(version.pk): version for version in versions}
        self.fields["version"].choices = [  # type: ignore[attr-defined]
            (key, _beginning(version)) for key, version in self.versions.items()
        ]

    def clean_version(self) -> PolicyVersion:
        return self.versions[self.cleaned_data["version"]]


def _beginning(version: PolicyVersion) -> str:
    if version.effective_from is None:
        return gettext("rules from the beginning")
    return gettext("rules from %(day)s") % {"day": long_day(version.effective_from)}
