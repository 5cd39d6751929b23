"""People in the admin."""

from django.contrib import admin

from staff.models import Employee, Paper, SensitiveAccess, Undertaking
from venues.admin import ReadOnlyAdmin, TrackedAdmin


@admin.register(Employee)
class EmployeeAdmin(TrackedAdmin):
    # ID and bank numbers are shown nowhere but where they are needed.
    exclude = ("id_number", "bank_account")
    list_display = ("number", "name", "venue", "hired_on", "left_on")
    list_filter = ("venue", "exit_kind")
    list_select_related = ("venue",)
    search_fields = ("number", "name")


@admin.register(Paper)
class PaperAdmin(TrackedAdmin):
    exclude = ("file",)
    list_display = ("employee", "kind", "dated_on", "expires_on")
    list_filter = ("employee__venue", "kind")
    list_select_related = ("employee",)


@admin.register(Undertaking)
class UndertakingAdmin(TrackedAdmin):
    exclude = ("id_number",)
    list_display = ("employee", "version_from", "signed_on", "countersigned_by")
    list_filter = ("employee__venue",)
    list_select_related = ("employee",)


@admin.register(SensitiveAccess)
class NumberLookAdmin(ReadOnlyAdmin):
    list_display = ("employee", "user", "what", "paper", "at")
    list_filter = ("employee__venue", "what")
    list_select_related = ("employee", "user")
