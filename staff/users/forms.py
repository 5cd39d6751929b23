"""Forms of users and their roles."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from accounts.models import User
from accounts.permissions import Role
from pages.edits import EditForm
from pages.forms import CleanedForm, CodeField
from staff.models import Employee
from venues.models import Membership

_TEXT = {"class": "form-control", "autocomplete": "off"}


class RolesForm(EditForm):
    """The roles somebody has at the venue."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Membership.Roles.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    reason = forms.CharField(
        label=pgettext_lazy("of an act", "Reason"), required=False, max_length=100, widget=forms.TextInput(attrs=_TEXT)
    )

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class EmployeeForm(CleanedForm):
    """The employment that is somebody's."""

    employee = forms.ChoiceField(
        label=_("Staff number"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, *args: Any, employees: Sequence[Employee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.employees = {str(one.pk): one for one in employees}
        choices = [("", "—"), *((pk, f"{one.number} {one.name}") for pk, one in self.employees.items())]
        self.fields["employee"].choices = choices  # type: ignore[attr-defined]

    def clean_employee(self) -> Employee | None:
        return self.employees.get(self.cleaned_data["employee"])


class NewUserForm(EmployeeForm):
    """Somebody who is to sign in."""

    username = CodeField(
        label=_("User name"),
        max_length=150,
        validators=[User.username_validator],
        help_text=_("What is typed at the sign-in: letters, digits and @ . + - _ alone."),
        widget=forms.TextInput(attrs={**_TEXT, "autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs=_TEXT))
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Membership.Roles.choices,
        error_messages={"required": _("Give at least one role.")},
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    field_order = ("username", "name", "roles", "employee")

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class SessionForm(CleanedForm):
    """The one session to end; none is all of them."""

    session = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
