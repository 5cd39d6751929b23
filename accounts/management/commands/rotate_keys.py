"""``manage.py rotate_keys``."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from storage.encrypted import EncryptedTextField, cipher, reencrypt

_FACTORS = ("secret", "seed")  # what an app's codes and the recovery codes are made from


def _reencrypt_factors() -> int:
    """Write the second factors anew under the first key; returns how many."""
    count = 0
    for pk in list(Authenticator.objects.values_list("pk", flat=True)):
        with transaction.atomic():
            held = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if held is not None:
                held.data |= {
                    name: cipher().rotate(held.data[name].encode()).decode() for name in _FACTORS if name in held.data
                }
                held.save(update_fields=["data"])
                count += 1
    return count


class Command(BaseCommand):
    help = "Writes every encrypted value anew under the first key of FIELD_ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models(include_auto_created=True):
            for field in model._meta.concrete_fields:
                if isinstance(field, EncryptedTextField):
                    with transaction.atomic():
                        count = reencrypt(model, field)
                    self.stdout.write(f"{model._meta.label}.{field.name}: {count}")
        self.stdout.write(f"{Authenticator._meta.label}.data: {_reencrypt_factors()}")
