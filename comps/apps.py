"""The app's registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompsConfig(AppConfig):
    name = "comps"
    verbose_name = _("Comps")
    default_auto_field = "django.db.models.BigAutoField"
