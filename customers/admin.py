"""Guests in the admin."""

from django.contrib import admin

from customers.models import Customer
from venues.admin import ReadOnlyAdmin


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    list_display = ("name", "phone", "venue")
    list_filter = ("venue",)
    list_select_related = ("venue",)
    search_fields = ("name", "phone")
