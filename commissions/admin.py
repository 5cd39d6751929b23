"""Payroll in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from commissions.models import Bonus, PayrollRun, Payslip, PayslipLine, Withholding
from commissions.payslips.texts import hint_texts, item_text, line_text
from venues.admin import ReadOnlyAdmin, TrackedAdmin


@admin.register(Bonus)
class BonusAdmin(TrackedAdmin):
    list_display = ("employee", "month", "reason", "amount")
    list_filter = ("employee__venue",)
    list_select_related = ("employee",)


@admin.register(Withholding)
class WithholdingAdmin(TrackedAdmin):
    list_display = ("employee", "month", "kind", "reason", "amount")
    list_filter = ("employee__venue", "kind")
    list_select_related = ("employee",)


@admin.register(PayrollRun)
class PayrollRunAdmin(ReadOnlyAdmin):
    list_display = ("month", "state", "is_current", "people", "started_at", "finished_at")
    list_select_related = ("month__venue",)


class LineInline(admin.TabularInline):  # type: ignore[type-arg]
    model = PayslipLine
    extra = 0
    can_delete = False
    fields = readonly_fields = ("article", "what", "business_day", "amount", "how", "penalty")

    @admin.display(description=_("item"))
    def what(self, line: PayslipLine) -> str:
        return item_text(line)

    @admin.display(description=_("arithmetic"))
    def how(self, line: PayslipLine) -> str:
        return line_text(line)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("penalty__employee")


@admin.register(Payslip)
class PayslipAdmin(ReadOnlyAdmin):
    exclude = ("bank_account", "hints")
    readonly_fields = ("told",)
    list_display = ("number", "name", "run", "gross", "deductions", "net")
    list_filter = ("run__month__venue",)
    list_select_related = ("run__month__venue",)
    search_fields = ("number", "name")
    inlines = (LineInline,)

    @admin.display(description=_("hints"))
    def told(self, payslip: Payslip) -> str:
        return " · ".join(hint_texts(payslip))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The current runs' payslips: those of an unfinished run are seen by nobody."""
        return super().get_queryset(request).filter(run__is_current=True)
