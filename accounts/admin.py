"""Users in the admin, with their second factors."""

from typing import Any

from allauth.mfa.admin import AuthenticatorAdmin
from allauth.mfa.models import Authenticator
from allauth.usersessions.admin import UserSessionAdmin
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.lockout import clear_lock
from accounts.models import User
from accounts.selectors import has_history


class SettingPassword(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """A password given by the administrator: whoever was locked out can use it at once."""

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        clear_lock(user)
        return user


@admin.register(User)
class TaizhangUserAdmin(UserAdmin):  # type: ignore[type-arg]
    change_password_form = SettingPassword
    fieldsets = (
        (None, {"fields": ("username", "password", "name", "email")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    list_display = ("username", "name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "name")
    ordering = ("username",)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """One account nothing tells of; every other is switched off, or nobody would know any more who did it."""
        return obj is not None and super().has_delete_permission(request, obj) and not has_history(obj)


admin.site.unregister(Authenticator)
admin.site.unregister(UserSession)
admin.site.unregister(Group)  # rights come by roles at a venue, see accounts/permissions.py


@admin.register(UserSession)
class SessionAdmin(UserSessionAdmin):
    """Where people are signed in, to look at and to end: no session is made by hand."""

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Authenticator)
class FactorAdmin(AuthenticatorAdmin):
    """Who lost the phone and the recovery codes has the second factor taken away here; nobody sees or writes it."""

    fields = readonly_fields = ("user", "type", "created_at", "last_used_at")

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False
