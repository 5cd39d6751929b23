"""Payroll in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from commissions.models import Bonus, PayrollRun, Payslip, PayslipLine, Withholding
from venues.admin import ReadOnlyAdmin


@admin.register(Bonus)
class BonusAdmin(ReadOnlyAdmin):
    list_display = ("employee", "month", "reason", "amount")
    list_filter = ("employee__venue",)
    list_select_related = ("employee",)


@admin.register(Withholding)
class WithholdingAdmin(ReadOnlyAdmin):
    list_display = ("employee", "month", "kind", "reason", "amount")
    list_filter = ("employee__venue", "kind")
    list_select_related = ("employee",)


@admin.register(PayrollRun)
class PayrollRunAdmin(ReadOnlyAdmin):
    list_display = ("month", "state", "is_current", "people", "started_at", "finished_at")
    list_select_related = ("month__venue",)
    exclude = ("token",)


class LineInline(admin.TabularInline):  # type: ignore[type-arg]
    model = PayslipLine
    extra = 0
    fields = ("article", "business_day", "amount", "basis", "penalty")
    can_delete = False


@admin.register(Payslip)
class PayslipAdmin(ReadOnlyAdmin):
    exclude = ("bank_account",)
    list_display = ("number", "name", "run", "gross", "deductions", "net")
    list_filter = ("run__month__venue",)
    list_select_related = ("run__month__venue",)
    search_fields = ("number", "name")
    inlines = (LineInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The current runs' payslips: those of an unfinished run are seen by nobody."""
        return super().get_queryset(request).filter(run__is_current=True)  # type: ignore[no-any-return]
