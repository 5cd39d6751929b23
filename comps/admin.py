"""Comps in the admin."""

from django.contrib import admin

from comps.models import Comp
from venues.admin import TrackedAdmin


@admin.register(Comp)
class CompAdmin(TrackedAdmin):
    list_display = ("number", "business_day", "booking", "employee", "category", "amount", "ground")
    list_filter = ("venue", "category", "ground")
    list_select_related = ("booking", "employee")
    search_fields = ("number", "booking__number", "employee__number")
    date_hierarchy = "business_day"
