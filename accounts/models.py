"""The user, with what others did to the account."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Someone who signs in; what they may do follows from their roles at the venues."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()


class AccountEvent(models.Model):
    """What somebody did to another's account: no more is kept of it than that, no password and no link."""

    class Kind(models.TextChoices):
        MADE = "made", _("account made")
        LINK = "link", _("old password ended, a link for a new one given")
        SESSIONS = "sessions", _("sessions ended")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account_events", verbose_name=_("user")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("act on an account")
        verbose_name_plural = _("acts on accounts")
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["made", "link", "sessions"]), name="account_event_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()}"
