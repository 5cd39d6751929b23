"""The imports that began on a page: who sent which file, what it would do, what became of it."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from venues.models import Venue


def private_name(_instance: Any, filename: str) -> str:
    """A name that cannot be guessed; only its end comes from the file."""
    return f"workbooks/{secrets.token_hex(16)}.{filename.rpartition('.')[2]}"


class Import(models.Model):
    """A month workbook sent by a page; the file is kept only until it is confirmed, thrown away or old.

    ``counts`` is what it did or would do (sheet → new, changed, as they were), ``preview`` what of it is shown,
    ``agreed`` the digest of the changes shown: what is confirmed is that, or nothing. ``vouched`` says whose past days
    are vouched for with it (``numbers``) and why (``reason``), ``months`` which months it told on (YYYY-MM). Whoever
    checks or stores it holds it for a while (``held_until``).
    """

    class State(models.TextChoices):
        CHECKING = "checking", pgettext_lazy("import", "being checked")
        UNREADABLE = "unreadable", pgettext_lazy("import", "unreadable")
        FAULTY = "faulty", pgettext_lazy("import", "has faults")
        PREVIEWED = "previewed", pgettext_lazy("import", "to be confirmed")
        STORING = "storing", pgettext_lazy("import", "being stored")
        CONFIRMED = "confirmed", pgettext_lazy("import", "imported")
        ABANDONED = "abandoned", pgettext_lazy("import", "thrown away")

    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, related_name="imports", verbose_name=_("venue"), db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("user")
    )
    sent_at = models.DateTimeField(_("sent at"))
    name = models.CharField(_("file name"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    digest = models.CharField(_("digest"), max_length=64)
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.CHECKING)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    progress = models.CharField(_("progress"), max_length=60, blank=True)
    file = models.FileField(_("file"), upload_to=private_name, blank=True)
    fault_file = models.FileField(_("list of faults"), upload_to=private_name, blank=True)
    fault_count = models.PositiveIntegerField(_("faults"), default=0)
    counts = models.JSONField(_("rows"), default=dict, blank=True)
    preview = models.JSONField(_("preview"), default=dict, blank=True)
    agreed = models.CharField(_("digest of the changes"), max_length=64, blank=True)
    vouched = models.JSONField(_("vouched for"), default=dict, blank=True)
    months = models.JSONField(_("months"), default=list, blank=True)
    notice = models.CharField(_("notice"), max_length=400, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-sent_at", "-pk")
        indexes = [models.Index(fields=["venue", "-sent_at"], name="import_by_venue")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["checking", "unreadable", "faulty", "previewed", "storing", "confirmed", "abandoned"]
                ),
                name="import_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "abandoned", "unreadable"]) | Q(ended_at__isnull=False, file=""),
                name="import_keeps_no_file_once_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venue} {self.name} {self.sent_at:%Y-%m-%d %H:%M}"

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.STORING)

    @property
    def is_open(self) -> bool:
        """Whether it can still be confirmed, checked again or thrown away."""
        return self.state in (self.State.PREVIEWED, self.State.FAULTY)
