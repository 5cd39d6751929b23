"""What the pages are held against: the project's addresses, and a page of one query and fifty rows among them."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template import engines
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.models import Booking
from config.urls import urlpatterns as of_the_project
from pages.access import VenueRequest, at_venue

ROWS = 50
_TABLE = """
<table class="table"><tbody>{% for row in rows %}
<tr><td>{{ row.number }}</td><td>{{ row.business_day|date:"Y-m-d" }}</td><td>{{ row.table }}</td>
<td>{{ row.guest_name }}</td><td>{{ row.spend }}</td></tr>{% endfor %}
</tbody></table>"""
_IN_THE_SHELL = engines["django"].from_string(
    "{% extends 'base.html' %}{% block title %}Rows{% endblock %}{% block content %}" + _TABLE + "{% endblock %}"
)
_BARE = engines["django"].from_string(_TABLE)


def _rows(code: str) -> list[dict[str, object]]:
    fields = ("number", "business_day", "table", "guest_name", "spend")
    return list(Booking.objects.filter(venue__code=code).order_by("-pk").values(*fields)[:ROWS])


@require_safe
@never_cache
@at_venue()
def trivial(request: VenueRequest) -> HttpResponseBase:
    """Fifty rows of one query in the shell that every page has, for somebody who is signed in."""
    return HttpResponse(_IN_THE_SHELL.render({"rows": _rows(request.venue.code)}, request))


@require_safe
def bare(request: HttpRequest, code: str) -> HttpResponse:
    """The same rows without the shell, for anybody."""
    return HttpResponse(_BARE.render({"rows": _rows(code)}, request))


urlpatterns = [
    path("v/<slug:code>/trivial/", trivial, name="trivial"),
    path("v/<slug:code>/bare/", bare, name="bare"),
    *of_the_project,
]
