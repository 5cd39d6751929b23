"""The user, with what others did to the account."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.names import NameKeyField, name_key
from storage.derived import DerivedRows, derived_fields
from storage.pinyin import PinyinField


class UserRows(DerivedRows):
    """Rows of users, whose names' keys follow their names."""

    def update(self, **values: Any) -> int:
        if "username" in values:
            values["username_key"] = name_key(values["username"])
        return super().update(**values)


class Users(UserManager["User"]):
    """Users, found by a name in whatever case and width it is typed."""

    def get_queryset(self) -> UserRows:
        return UserRows(self.model, using=self._db)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username_key=name_key(username or ""))

    def named(self, typed: str) -> "User | None":
        """Whose name was typed; None where it is nobody's."""
        try:
            return self.get_by_natural_key(typed)
        except User.DoesNotExist:
            return None


class User(AbstractUser):
    """Someone who signs in; what they may do follows from their roles at the venues."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=60, blank=True)
    name_pinyin = PinyinField(_("name by its sound"), source="name")
    username_key = NameKeyField(
        _("user name, folded"),
        max_length=450,  # a letter folds to three at most
        unique=True,
        editable=False,
    )

    objects: ClassVar[Users] = Users()

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]

    def clean(self) -> None:
        super().clean()
        named = User.objects.named(self.username)
        if named is not None and named.pk != self.pk:
            raise ValidationError({"username": _("This user name is taken; choose another.")})

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None:
            names = set(update_fields)
            update_fields = names | {field.name for field in derived_fields(User, names)}
            if "username" in names:
                update_fields |= {"username_key"}
        super().save(*args, update_fields=update_fields, **kwargs)

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
        UNLOCKED = "unlocked", _("lock of the sign-in cleared")

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
                condition=models.Q(kind__in=["made", "link", "sessions", "unlocked"]), name="account_event_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()}"
