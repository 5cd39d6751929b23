"""Celery tasks of imports: an id in, one service called."""

from celery import shared_task
from django.utils import timezone

from workbook.imports import services


@shared_task
def work_import(import_id: int) -> None:
    services.work(import_id, clock=timezone.now)


@shared_task
def sweep() -> None:
    services.sweep(now=timezone.now())
