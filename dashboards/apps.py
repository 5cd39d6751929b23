"""The app's registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = _("Home pages")
    default_auto_field = "django.db.models.BigAutoField"
