"""Users in the admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.models import User


@admin.register(User)
class TaizhangUserAdmin(UserAdmin):
    fieldsets = (
        (None, {"fields": ("username", "password", "name", "email")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    list_display = ("username", "name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "name")
    ordering = ("username",)
