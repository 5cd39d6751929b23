"""People in the admin."""

from django.contrib import admin

from staff.models import Employee
from venues.admin import TrackedAdmin


@admin.register(Employee)
class EmployeeAdmin(TrackedAdmin):
    # ID and bank numbers are shown nowhere but where they are needed.
    exclude = ("id_number", "bank_account")
    list_display = ("number", "name", "venue", "hired_on", "left_on")
    list_filter = ("venue", "exit_kind")
    list_select_related = ("venue",)
    search_fields = ("number", "name")
