"""Messages, each to one person."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, gettext_lazy as _

from inbox.kinds import message_kind, wording_of
from venues.models import Venue


class Message(models.Model):
    """Something a person is told at a venue; its words are put together in the language it is read in.

    ``kind`` names one of ``inbox.kinds``, ``basis`` holds its values, ``path`` leads to what it is about. Where a
    message of earlier fits no kind, ``kind`` is empty and ``text`` is its source text, whose values are worded by
    their names. ``key`` names the occasion: a person is told of one occasion once.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages", verbose_name=_("user")
    )
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="messages", verbose_name=_("venue"))
    key = models.CharField(_("occasion"), max_length=100)
    kind = models.CharField(_("kind"), max_length=60, blank=True, default="")
    text = models.CharField(_("text"), max_length=300, blank=True)
    basis = models.JSONField(_("basis"), default=dict)
    path = models.CharField(_("leads to"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-sent_at", "-id")
        indexes = [models.Index(fields=["user", "-sent_at"], name="message_by_user")]
        constraints = [models.UniqueConstraint(fields=["user", "venue", "key"], name="message_once_an_occasion")]

    def __str__(self) -> str:
        if self.kind:
            return message_kind(self.kind).words(self.basis)
        return gettext(self.text) % {name: wording_of(name)(value) for name, value in self.basis.items()}
