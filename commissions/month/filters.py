"""The filters of a month's payslips, kept in the address."""

from collections.abc import Collection
from typing import Any

import django_filters
from django import forms
from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext_lazy as _

from commissions.models import Payslip
from pages.forms import CleanedForm
from pages.tables import holds

SORTS = ("number", "sales", "gross", "deductions", "net")


class PayslipFilter(django_filters.FilterSet):
    """Payslips by person, status, oddity; ``odd`` are the employees who need attention."""

    q = django_filters.CharFilter(
        method="by_person",
        label=_("Name or number"),
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search", "autocomplete": "off"}),
    )
    status = django_filters.ChoiceFilter(choices=Payslip.Statuses, label=_("Status"), empty_label=_("All"))
    odd = django_filters.BooleanFilter(
        method="by_oddity", label=_("Needs attention"), widget=forms.CheckboxInput(attrs={"value": "true"})
    )
    sort = django_filters.OrderingFilter(fields=[(name, name) for name in SORTS])

    class Meta:
        model = Payslip
        form = CleanedForm
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, odd: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.odd = odd

    def filter_queryset(self, queryset: QuerySet[Payslip]) -> QuerySet[Payslip]:
        """Who needs attention first, unless sorted; who is alike by number, so that every page has its own people."""
        found: QuerySet[Payslip] = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("sort"):
            return found.order_by(Case(When(employee__among=self.odd, then=0), default=1), "number")
        return found.order_by(*found.query.order_by, "number")

    @property
    def is_filtered(self) -> bool:
        return any(self.form.cleaned_data.get(name) for name in ("q", "status", "odd"))

    def by_person(self, queryset: QuerySet[Payslip], _name: str, value: str) -> QuerySet[Payslip]:
        return queryset.filter(holds(value, "name", "number", "employee__name_pinyin"))

    def by_oddity(self, queryset: QuerySet[Payslip], _name: str, value: bool) -> QuerySet[Payslip]:
        return queryset.filter(employee__among=self.odd) if value else queryset
