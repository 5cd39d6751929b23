"""``manage.py rotate_keys``."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from storage.encrypted import EncryptedTextField, reencrypt


class Command(BaseCommand):
    help = "Writes every encrypted value anew under the first key of FIELD_ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models(include_auto_created=True):
            for field in model._meta.concrete_fields:
                if isinstance(field, EncryptedTextField):
                    with transaction.atomic():
                        count = reencrypt(model, field)
                    self.stdout.write(f"{model._meta.label}.{field.name}: {count}")
