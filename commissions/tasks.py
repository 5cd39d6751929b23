"""Celery tasks of payroll: an id in, one service called."""

from celery import current_app, shared_task
from django.utils import timezone

from commissions.runs import dispatch, nightly, services
from venues.models import Venue


@shared_task
def compute_chunk(chunk_id: int) -> None:
    services.work_chunk(chunk_id)


@shared_task
def sweep() -> None:
    dispatch.sweep()


@shared_task
def nightly_where_due() -> None:
    for venue in nightly.venues_due(timezone.now()):
        current_app.send_task("commissions.tasks.nightly_of", [venue.pk])


@shared_task
def nightly_of(venue_id: int) -> None:
    nightly.work_night(venue=Venue.objects.get(pk=venue_id), clock=timezone.now, begin=dispatch.begin_run)
