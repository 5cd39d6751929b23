"""Reports and the ledger in the admin."""

from django.contrib import admin

from venues.admin import ReadOnlyAdmin, TrackedAdmin
from violations.models import Penalty, Report, Waiving


@admin.register(Report)
class ReportAdmin(TrackedAdmin):
    exclude = ("photo",)
    list_display = ("number", "business_day", "employee", "article", "amount")
    list_filter = ("venue", "article")
    list_select_related = ("employee",)
    search_fields = ("number", "employee__number")
    date_hierarchy = "business_day"


@admin.register(Penalty)
class PenaltyAdmin(ReadOnlyAdmin):
    list_display = ("business_day", "employee", "article", "source", "amount", "state")
    list_filter = ("employee__venue", "article", "state")
    list_select_related = ("employee",)
    search_fields = ("employee__number",)
    date_hierarchy = "business_day"


@admin.register(Waiving)
class WaivingAdmin(ReadOnlyAdmin):
    list_display = ("penalty", "act", "user", "at", "amount", "reason")
    list_filter = ("act",)
    list_select_related = ("penalty__employee", "user")
