"""The guests, as far as bookings need them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rulebook.phones import compared
from storage.derived import DerivedField, DerivedModel
from storage.history import HistoricalRecords
from storage.pinyin import PinyinField
from venues.models import Venue


class Customer(DerivedModel):
    """A guest of a venue, known by phone; one merged into another (``merged_into``) keeps that phone as a second one.

    ``phone_key`` is what spellings of one number have in common; empty for what is no phone.
    """

    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, related_name="customers", verbose_name=_("venue"), db_index=False
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    name_pinyin = PinyinField(_("name by its sound"), source="name")
    phone = models.CharField(_("phone"), max_length=40)
    phone_key = DerivedField(_("phone as compared"), max_length=40, source="phone", derive=compared)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    history = HistoricalRecords(excluded_fields=["name_pinyin", "phone_key"])

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ("name_pinyin", "name", "phone")
        indexes = [models.Index(fields=["venue", "phone_key"], name="customer_by_phone")]
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "phone_key"],
                condition=Q(merged_into=None) & ~Q(phone_key=""),
                name="customer_number_once",
                violation_error_message=_("There is already a customer with this phone."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.phone}".strip()


class Merger(models.Model):
    """That two guests became one: what moved (primary keys by field), by whom and why, and whether it was undone.

    ``by`` is empty where the house itself found one phone twice.
    """

    kept = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name=_("kept"))
    other = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name=_("merged"))
    moved = models.JSONField(_("what moved"), default=dict)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.CharField(_("reason"), max_length=200)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    class Meta:
        verbose_name = _("merger")
        verbose_name_plural = _("mergers")
        ordering = ("at", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(kept=models.F("other")), name="merger_of_two"),
            models.UniqueConstraint(fields=["other"], condition=Q(undone_at=None), name="merger_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.other} → {self.kept}"
