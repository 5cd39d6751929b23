"""Reads of people's files."""

from pages.access import VenueRequest
from pages.acting import found
from staff.models import Employee


def file_of(request: VenueRequest, pk: int) -> Employee:
    """The person's file; somebody of another venue does not exist here."""
    person: Employee = found(Employee.objects.select_related("venue", "user").filter(venue=request.venue), pk=pk)
    return person
