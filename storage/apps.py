"""How rows are kept, as a Django app: it has no tables."""

from django.apps import AppConfig
from django.db.models import BigAutoField, CharField, ForeignKey

from storage.lookups import Among


class StorageConfig(AppConfig):
    name = "storage"

    def ready(self) -> None:
        for field in (BigAutoField, CharField, ForeignKey):
            field.register_lookup(Among)
