"""What a form was shown of a record: a short sign that its answer brings back."""

import hashlib

from django.utils.translation import gettext as _

from venues.errors import Refused


def stamp(*shown: object) -> str:
    """A sign of these values as they are shown: other values, another sign."""
    return hashlib.blake2s(repr([str(one) for one in shown]).encode(), digest_size=6).hexdigest()


def stamped(key: object, sign: str) -> str:
    """What a choice of this record sends: its key, and what was shown of it."""
    return f"{key}.{sign}"


def unstamped(sent: str) -> tuple[str, str]:
    """The key and the sign that a choice has sent; no sign where it brought none."""
    key, _dot, sign = sent.rpartition(".")
    return (key, sign) if key else (sign, "")


def refuse_changed(what: str, *, shown: str | None, stands: str) -> None:
    """Refuse to act on what has changed since it was shown; None is said by who was shown nothing."""
    if shown is not None and shown != stands:
        raise Refused(
            _("%(what)s has changed since you saw it; nothing was done. Look at it as it stands now and decide again.")
            % {"what": what}
        )
