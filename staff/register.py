"""The people of a venue as HR looks through them, with what their files lack."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from staff.models import Employee, Paper, Undertaking
from venues.models import Venue

REQUIRED = (Paper.Kind.ID_COPY, Paper.Kind.CONTRACT, Paper.Kind.HEALTH)
"""The papers that every file should have, none of them expired."""
GROUPS: dict[str, Promise | str] = {
    "current": pgettext_lazy("people", "with the house"),
    "joining": pgettext_lazy("employment", "joining"),
    "leaving": pgettext_lazy("employment", "leaving"),
    "left": pgettext_lazy("employment", "left"),
    "all": pgettext_lazy("people", "all"),
}
LACKS: dict[str, Promise | str] = {
    "any": _("anything"),
    "bank": _("bank account"),
    "id": _("ID number"),
    "papers": pgettext_lazy("of a file", "papers"),
    "signature": _("signature under the rules in force"),
    "notice": _("a full notice"),
}
SORTS = {"number": "number", "name": "name_pinyin", "hired": "hired_on", "left": "left_on"}


def in_group(group: str, today: date) -> Q:
    """Who belongs to one of ``GROUPS`` on a day."""
    match group:
        case "joining":
            return Q(hired_on__gt=today)
        case "leaving":
            return Q(hired_on__lte=today, left_on__gte=today)
        case "left":
            return Q(left_on__lt=today)
        case "all":
            return Q()
    return Q(left_on=None) | Q(left_on__gte=today)


def counts_of(venue: Venue, today: date) -> dict[str, int]:
    """How many people are in each group; one query."""
    counts = {group: Count("pk", filter=in_group(group, today)) for group in GROUPS if group != "all"}
    return Employee.objects.filter(venue=venue).aggregate(all=Count("pk"), **counts)


def with_gaps(people: QuerySet[Employee], *, today: date, version: str) -> QuerySet[Employee]:
    """People with what their files have of what they should have; ``version`` is the rulebook's in force."""
    papers = Paper.objects.filter(Q(expires_on=None) | Q(expires_on__gte=today), employee=OuterRef("pk"))
    held = {f"has_{kind.value}": Exists(papers.filter(kind=kind)) for kind in REQUIRED}
    signed = Undertaking.objects.filter(employee=OuterRef("pk"), version_digest=version)
    # How long the ciphertext is tells whether there is a number, and nothing else.
    return people.annotate(
        id_length=Length("id_number"), bank_length=Length("bank_account"), has_signed=Exists(signed), **held
    )


def lacking(lack: str, *, today: date, notice_days: int) -> Q:
    """Who, of people ``with_gaps``, lacks one of ``LACKS``; the files of those who left lack nothing any more."""
    if not lack:
        return Q()
    if lack == "notice":
        short = Q(noticed_on=None) | Q(noticed_on__gt=F("left_on") - timedelta(days=notice_days))
        return Q(left_on__isnull=False, exit_kind=Employee.Exits.RESIGNED) & short
    no_papers = Q()
    for kind in REQUIRED:
        no_papers |= Q(**{f"has_{kind.value}": False})
    missing = {
        "bank": Q(bank_length=0),
        "id": Q(id_length=0),
        "papers": no_papers,
        "signature": Q(has_signed=False),
    }
    missing["any"] = missing["bank"] | missing["id"] | missing["papers"] | missing["signature"]
    return missing[lack] & in_group("current", today)


def gaps_of(person: Employee) -> Iterator[Promise | str]:
    """What the file of a person ``with_gaps`` lacks, in words."""
    if not person.bank_length:  # type: ignore[attr-defined]
        yield LACKS["bank"]
    if not person.id_length:  # type: ignore[attr-defined]
        yield LACKS["id"]
    for kind in REQUIRED:
        if not getattr(person, f"has_{kind.value}"):
            yield kind.label
    if not person.has_signed:  # type: ignore[attr-defined]
        yield _("signature")
