"""Guests in the admin."""

from django.contrib import admin

from customers.models import Customer
from venues.admin import TrackedAdmin


@admin.register(Customer)
class CustomerAdmin(TrackedAdmin):
    list_display = ("name", "phone", "venue")
    list_filter = ("venue",)
    list_select_related = ("venue",)
    search_fields = ("name", "phone")
