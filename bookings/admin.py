"""Bookings and the floor plan in the admin."""

from django.contrib import admin

from bookings.models import Booking, Fixture, Reassignment, Table
from venues.admin import ReadOnlyAdmin, TrackedAdmin


@admin.register(Booking)
class BookingAdmin(TrackedAdmin):
    list_display = ("number", "business_day", "employee", "table", "turn", "spend", "state")
    list_filter = ("venue", "state")
    list_select_related = ("employee",)
    search_fields = ("number", "employee__number", "guest_phone")
    date_hierarchy = "business_day"


@admin.register(Reassignment)
class ReassignmentAdmin(ReadOnlyAdmin):
    list_display = ("booking", "from_employee", "to_employee", "at", "by")
    list_select_related = ("booking", "from_employee", "to_employee", "by")


@admin.register(Table)
class TableAdmin(TrackedAdmin):
    list_display = ("code", "kind", "seats", "column", "row", "is_active", "venue")
    list_filter = ("venue", "kind", "is_active")
    list_select_related = ("venue",)
    search_fields = ("code",)


@admin.register(Fixture)
class FixtureAdmin(TrackedAdmin):
    list_display = ("name", "column", "row", "width", "height", "venue")
    list_filter = ("venue",)
    list_select_related = ("venue",)
