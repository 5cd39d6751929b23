"""Guests in the admin."""

from django.contrib import admin

from customers.models import Customer, Merger
from venues.admin import ReadOnlyAdmin, TrackedAdmin


@admin.register(Customer)
class CustomerAdmin(TrackedAdmin):
    list_display = ("name", "phone", "venue", "merged_into")
    list_filter = ("venue",)
    list_select_related = ("venue", "merged_into")
    search_fields = ("name", "phone")


@admin.register(Merger)
class MergerAdmin(ReadOnlyAdmin):
    list_display = ("at", "kept", "other", "by", "reason", "undone_at")
    list_select_related = ("kept", "other", "by")
