"""Attendance in the admin."""

from django.contrib import admin

from attendance.models import Leave, OffPost, Paper, Punch, Request, Rest, RosterPublication
from venues.admin import ReadOnlyAdmin, TrackedAdmin


class AttendanceAdmin(TrackedAdmin):
    list_filter = ("employee__venue",)
    list_select_related = ("employee",)
    search_fields = ("employee__number", "employee__name")


@admin.register(Rest)
class RestAdmin(AttendanceAdmin):
    list_display = ("employee", "business_day", "kind", "approver")
    date_hierarchy = "business_day"


@admin.register(Punch)
class PunchAdmin(AttendanceAdmin):
    list_display = ("employee", "business_day", "arrived_at", "left_at", "arrival_approver", "departure_approver")
    date_hierarchy = "business_day"


@admin.register(Leave)
class LeaveAdmin(AttendanceAdmin):
    list_display = ("employee", "kind", "first_day", "last_day", "approver")
    date_hierarchy = "first_day"


@admin.register(OffPost)
class OffPostAdmin(AttendanceAdmin):
    list_display = ("employee", "business_day", "left_at", "returned_at", "approver")
    date_hierarchy = "business_day"


@admin.register(Request)
class RequestAdmin(TrackedAdmin):
    search_fields = ("employee__number", "employee__name")
    list_display = ("employee", "kind", "state", "first_day", "last_day", "asked_at", "decided_by")
    list_filter = ("employee__venue", "kind", "state")
    list_select_related = ("employee", "decided_by")
    date_hierarchy = "first_day"


@admin.register(Paper)
class PaperAdmin(ReadOnlyAdmin):
    """That a paper is there; what it shows is for those who decide."""

    list_display = ("request", "kind", "added_at", "added_by")
    list_filter = ("request__employee__venue", "kind")
    list_select_related = ("request__employee", "added_by")
    exclude = ("file",)


@admin.register(RosterPublication)
class RosterPublicationAdmin(ReadOnlyAdmin):
    list_display = ("venue", "first_day", "at", "user", "told")
    list_filter = ("venue",)
    list_select_related = ("venue", "user")
    date_hierarchy = "first_day"
