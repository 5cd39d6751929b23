"""Reads of people's files."""

from django.http import Http404
from django.utils.translation import gettext as _

from pages.access import VenueRequest
from staff.models import Employee


def file_of(request: VenueRequest, pk: int) -> Employee:
    """The person's file; somebody of another venue does not exist here."""
    found: Employee | None = Employee.objects.select_related("venue", "user").filter(venue=request.venue, pk=pk).first()
    if found is None:
        raise Http404(_("There is nothing here, or it is not yours to see."))
    return found
