"""How rows are kept, as a Django app: it has no tables."""

from django.apps import AppConfig
from django.db.models import BigAutoField, ForeignKey

from storage.lookups import Among


class StorageConfig(AppConfig):
    name = "storage"

    def ready(self) -> None:
        BigAutoField.register_lookup(Among)
        ForeignKey.register_lookup(Among)
