"""User names: one folding by which they are found, are unique, and count failures, whatever the database."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from django.core.management.base import CommandError
from django.db.models import CharField, Model

if TYPE_CHECKING:
    from accounts.models import User


def name_key(typed: str) -> str:
    """Fold a user name: two that are equal here are one name, in whatever case, width and with whatever blanks around.

    It is Unicode's compatibility caseless match (D146), so Ä and ä, Ё and ё, ß and SS, Ａ and a are the same.
    """
    once = normalize("NFKD", normalize("NFD", typed).casefold())
    return normalize("NFKC", once.casefold()).strip()


class NameKeyField(CharField):  # type: ignore[type-arg]
    """The folded user name of a row, made from it at every save."""

    def pre_save(self, model_instance: Model, add: bool) -> str:
        key = name_key(model_instance.username)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key


def refuse_same_names(users: Iterable["User"]) -> None:
    """Stop where user names differ in nothing but case and width: say which, and what to do (for migrations)."""
    by_key: dict[str, list[Any]] = {}
    for user in users:
        by_key.setdefault(name_key(user.username), []).append(user)
    groups = [group for _key, group in sorted(by_key.items()) if len(group) > 1]
    if not groups:
        return
    raise CommandError(
        "User names are now the same whatever their case. These stand in the way, and nothing was changed:\n"
        + "\n".join("\n".join(["", *map(_line, group)]) for group in groups)
        + "\n\nKeep one name of each group as it is and give every other account a name of its own, then migrate "
        "again: in the administration under Users, or on the command line by\n"
        "    manage.py shell -c \"User.objects.filter(pk=ID).update(username='NEW NAME')\"\n"
        "Tell whoever used it the new name. Two accounts of one person: switch off the one that is not used."
    )


def _line(user: "User") -> str:
    signed_in = f"last sign-in {user.last_login:%Y-%m-%d}" if user.last_login else "never signed in"
    return (
        f"    {user.username} (id {user.pk}, {user.name or 'no name'}, {signed_in}"
        + ("" if user.is_active else ", switched off")
        + ")"
    )
