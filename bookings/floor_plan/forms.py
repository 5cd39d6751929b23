"""Forms of tables, of fixtures, of their places."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from bookings.floor_plan.services.plans import Place, PlannedFixture, PlannedTable
from bookings.models import GRID_COLUMNS, GRID_ROWS, TALLEST, Table
from pages.edits import EditForm
from pages.forms import CleanedForm, CodeField

_TEXT = {"class": "form-control"}
_NUMBER = {**_TEXT, "inputmode": "numeric", "autocomplete": "off"}


def _number(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=most, widget=forms.NumberInput(attrs=_NUMBER))


def _kinds() -> list[tuple[str, str]]:
    return [(value, str(label).capitalize()) for value, label in Table.Kind.choices]


class PlaceForm(EditForm):
    """A place on the grid and a size in cells."""

    column = _number(_("Column"), GRID_COLUMNS)
    row = _number(pgettext_lazy("plan", "Row"), GRID_ROWS)
    width = _number(_("Width"), GRID_COLUMNS)
    height = _number(_("Height"), TALLEST)

    @property
    def place(self) -> Place:
        return Place(**{name: self.cleaned_data[name] for name in ("column", "row", "width", "height")})

    @property
    def sizes(self) -> list[Any]:
        """The fields of place and size, which stand side by side."""
        return [self[name] for name in ("column", "row", "width", "height")]


class TableForm(PlaceForm):
    """A table of the plan."""

    code = CodeField(
        label=pgettext_lazy("table", "Code"),
        max_length=40,
        widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=_kinds, widget=forms.Select(attrs={"class": "form-select"}))
    seats = _number(pgettext_lazy("table", "Seats"), 99)

    @property
    def what(self) -> list[Any]:
        return [self["code"], self["kind"], self["seats"]]

    @property
    def planned(self) -> PlannedTable:
        given = self.cleaned_data
        return PlannedTable(
            code=given["code"], kind=given["kind"], seats=given["seats"],
            column=given["column"], row=given["row"], width=given["width"], height=given["height"],
        )  # fmt: skip


class FixtureForm(PlaceForm):
    """A fixture of the plan."""

    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=60,
        widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "off"}),
    )

    @property
    def what(self) -> list[Any]:
        return [self["name"]]

    @property
    def planned(self) -> PlannedFixture:
        given = self.cleaned_data
        return PlannedFixture(
            name=given["name"],
            column=given["column"], row=given["row"], width=given["width"], height=given["height"],
        )  # fmt: skip


class MoveForm(CleanedForm):
    """Where a thing of the plan goes: ``cell`` is ``column-row``."""

    kind = forms.ChoiceField(choices=[("table", ""), ("fixture", "")])
    thing = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    cell = forms.RegexField(r"^\d{1,2}-\d{1,2}$")
    seen = forms.CharField(max_length=2000, widget=forms.HiddenInput)

    @property
    def target(self) -> tuple[int, int]:
        column, _dash, row = self.cleaned_data["cell"].partition("-")
        return int(column), int(row)


class RetireForm(EditForm):
    """Why a table goes out of use."""

    reason = forms.CharField(
        label=_("Reason"), max_length=100, widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "off"})
    )
