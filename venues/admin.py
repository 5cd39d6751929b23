"""Venues in the admin, and the read-only admin of facts and results."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from rulebook.calendar import DAY, CalendarMonth, business_day
from storage.encrypted import EncryptedTextField
from venues.models import CalendarDay, EventDay, Membership, Month, PolicyVersion, Venue
from venues.services import count_change_from, create_venue

_MOST_DIGITS = 19

admin.site.site_header = admin.site.site_title = _("Taizhang")


class Listed(ChangeList):
    """A list that takes a day no calendar has, or none has after it, for what it is: an odd filter."""

    def get_filters(self, request: HttpRequest) -> Any:
        try:
            return super().get_filters(request)
        except (OverflowError, ValueError) as error:
            raise IncorrectLookupParameters(error) from error


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows to look at: they are written by services, which take the month's lock.

    None of its addresses takes a POST, whichever package brings it.
    """

    actions = None
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Listed

    def get_urls(self) -> list[URLPattern]:
        found = super().get_urls()
        for pattern in found:
            pattern.callback = self._looking(pattern.callback)
        return found

    def _looking(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        safe = require_safe(view)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            # Whoever administers nothing is sent away by the view itself.
            return (safe if self.admin_site.has_permission(request) else view)(request, *args, **kwargs)

        return guarded

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """All that is shown: a page of the past has nothing to type into either."""
        hidden = set(self.exclude or ())
        fields = [field.name for field in self.opts.fields if field.editable and not field.primary_key]
        return (*(name for name in fields if name not in hidden), *super().get_readonly_fields(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class _Hidden(HistoricalRecordContextHelper):
    """What of a change the administration shows: of an encrypted value only that it changed."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        if isinstance(self.model._meta.get_field(change.field), EncryptedTextField):
            return _("not shown") if value else ""
        return super().prepare_delta_change_value(change, value)


class PastAdmin(SimpleHistoryAdmin):
    """Rows with the history of their changes, which is looked at and never written back."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Listed

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _refuse_no_keys(unquote(object_id))
        answer: HttpResponseBase = super().history_view(request, object_id, *args, **kwargs)
        return answer

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        _refuse_no_keys(unquote(object_id), version_id)
        answer: HttpResponseBase = require_safe(super().history_form_view)(
            request, object_id, version_id, *args, **kwargs
        )
        return answer


def _refuse_no_keys(*keys: str) -> None:
    """Answer «not found» where an address names no number of a record; the package of histories takes any word."""
    if not all(key.isascii() and key.isdecimal() and len(key) < _MOST_DIGITS for key in keys):
        raise Http404


class TrackedAdmin(ReadOnlyAdmin, PastAdmin):
    """Rows to look at, with the history of their changes."""

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> _Hidden:
        return _Hidden(self.model, historical_record)


@admin.register(Venue)
class VenueAdmin(PastAdmin):
    list_display = ("code", "name", "timezone")
    fields = ("code", "name", "timezone")
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        return ("code", "timezone") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Venue, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=form.changed_data)  # others count in the rest meanwhile
        else:
            today = business_day(timezone.now(), obj.zone)
            made = create_venue(code=obj.code, name=obj.name, timezone=obj.timezone, today=today)
            obj.pk = made.pk


@admin.register(Membership)
class MembershipAdmin(PastAdmin):
    list_display = ("user", "venue", "role")
    list_filter = ("venue", "role")
    list_select_related = ("user", "venue")


@admin.register(CalendarDay)
class CalendarDayAdmin(PastAdmin):
    list_display = ("date", "name", "is_working", "venue")
    list_filter = ("venue", "is_working")
    date_hierarchy = "date"
    actions = None

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            self._count(obj)

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        with transaction.atomic():
            super().delete_model(request, obj)
            self._count(obj)

    def _count(self, obj: CalendarDay) -> None:
        """A month is paid in the next: the pay day of the month before may move."""
        count_change_from(obj.venue, CalendarMonth.of(obj.date.replace(day=1) - DAY))


@admin.register(EventDay)
class EventDayAdmin(TrackedAdmin):
    list_display = ("date", "name", "venue")
    list_filter = ("venue",)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(TrackedAdmin):
    list_display = ("venue", "effective_from")
    list_filter = ("venue",)


@admin.register(Month)
class MonthAdmin(TrackedAdmin):
    list_display = ("venue", "month", "state")
    list_filter = ("venue", "state")
    list_select_related = ("venue",)

    @admin.display(description=_("month"), ordering="first_day")
    def month(self, obj: Month) -> str:
        return str(obj.calendar_month)
