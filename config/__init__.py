"""How the parts are wired."""

from config.celery import app

__all__ = ["app"]
