"""Comps in the admin."""

from django.contrib import admin

from comps.models import Comp, CompItem
from venues.admin import TrackedAdmin


@admin.register(Comp)
class CompAdmin(TrackedAdmin):
    list_display = ("number", "business_day", "booking", "employee", "category", "amount", "ground")
    list_filter = ("venue", "category", "ground")
    list_select_related = ("booking", "employee")
    search_fields = ("number", "booking__number", "employee__number")
    date_hierarchy = "business_day"


@admin.register(CompItem)
class CompItemAdmin(TrackedAdmin):
    list_display = ("name", "category", "price", "is_active", "venue")
    list_filter = ("venue", "category", "is_active")
    list_select_related = ("venue",)
    search_fields = ("name",)
