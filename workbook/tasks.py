"""What Celery's workers do for imports: an id in, one service called."""

from celery import shared_task
from django.utils import timezone

from workbook import uploads


@shared_task
def work_import(import_id: int) -> None:
    uploads.work(import_id, clock=timezone.now)


@shared_task
def sweep() -> None:
    uploads.sweep(now=timezone.now())
