"""Messages in the admin."""

from django.contrib import admin

from inbox.models import Message
from venues.admin import ReadOnlyAdmin


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("sent_at", "user", "venue", "__str__", "read_at")
    list_select_related = ("user", "venue")
