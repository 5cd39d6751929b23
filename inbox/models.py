"""Messages, each to one person."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, gettext_lazy as _

from pages.figures import changes_told
from pages.formats import day, long_day, month, yuan
from rulebook.calendar import CalendarMonth
from venues.models import Venue


class Message(models.Model):
    """Something a person is told at a venue; its words are put together in the language it is read in.

    ``text`` is a source text of the catalogue with named places, ``basis`` fills them
    (``day`` and what ends in ``_day`` as YYYY-MM-DD, in ``_days`` several of them with commas between, ``month`` as
    YYYY-MM, ``amount`` in yuan, ``figures`` as changes of a policy: name, stored value before, after), ``path`` leads
    to what it is about. ``key`` names the occasion: a person is told of one occasion once.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages", verbose_name=_("user")
    )
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="messages", verbose_name=_("venue"))
    key = models.CharField(_("occasion"), max_length=100)
    text = models.CharField(_("text"), max_length=300)
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
        shown = dict(self.basis)
        for name in shown:
            if name == "day" or name.endswith("_day"):
                shown[name] = long_day(date.fromisoformat(shown[name]))
            elif name.endswith("_days"):
                shown[name] = gettext(", ").join(day(date.fromisoformat(one)) for one in shown[name].split(","))
        if "month" in shown:
            shown["month"] = month(CalendarMonth.parse(shown["month"]))
        if "amount" in shown:
            shown["amount"] = yuan(Decimal(shown["amount"]))
        if "figures" in shown:
            shown["figures"] = changes_told(shown["figures"])
        return gettext(self.text) % shown
