"""Imports that begin on a page: received, checked, shown, then confirmed or thrown away."""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from staff.models import Employee
from storage.files import MEGABYTE
from venues.errors import Refused
from venues.models import Venue
from venues.rights import need_reason, require
from venues.selectors import may
from workbook.checking.plan import Limits
from workbook.faults import Faulty, Unreadable
from workbook.imports.preview import digest_of, faults_of, masked, preview_of
from workbook.models import Import, private_name
from workbook.services import NOBODY_VOUCHED, Summary, Vouched, import_workbook, months_touched, opened

LARGEST = 20 * MEGABYTE
LEASE = timedelta(minutes=10)
KEPT = timedelta(days=7)
MOST_FAULTS_KEPT = 50_000
MOST_MONTHS = 12
_LONGEST_NAME = 80
_MOST_BYTES = 250
_PROGRESS_SECONDS = 1.0
State = Import.State
Clock = Callable[[], datetime]


class AlreadyImported(Refused):
    """The file was confirmed before; nothing is done twice."""


class _Changed(Exception):
    """What would be written is no longer what was shown."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary


class _NoLonger(Exception):
    """Somebody else took the import over, or ended it."""


def limits_of(user: User, venue: Venue) -> Limits:
    """What somebody may not decide by an import: about themselves, and the policy unless they set it anyway."""
    own = Employee.objects.filter(venue=venue, user=user).values_list("number", flat=True)
    return Limits(own=frozenset(own), may_set_policy=may(user, Capability.SET_POLICY, venue))


# --- a file comes in --------------------------------------------------------------------------------------
def receive(*, venue: Venue, user: User, sent: "UploadedFile[Any]", language: str, now: datetime) -> Import:
    """Take a file that is to be checked; what is no month workbook by its first look is refused and not kept."""
    require(user, Capability.IMPORT_WORKBOOK, venue)
    name = _clean(sent.name or "") or "month.xlsx"
    if (sent.size or 0) > LARGEST:
        raise Refused(
            _("%(name)s is larger than %(size)s MB; split it into several files.")
            % {"name": name, "size": LARGEST // MEGABYTE}
        )
    digest = hashlib.sha256()
    for chunk in sent.chunks():
        digest.update(chunk)
    taken = Import(
        venue=venue, user=user, sent_at=now, name=name, size=sent.size or 0, digest=digest.hexdigest(),
        language=language, held_until=now + LEASE,
    )  # fmt: skip
    taken.file.save("month.xlsx", sent, save=False)
    try:
        with _named(taken) as path, opened(path):
            pass
        with transaction.atomic():
            for older in _open_ones().filter(venue=venue, user=user, digest=taken.digest).select_for_update():
                _end(older, State.ABANDONED, now=now)
            taken.save()
    except BaseException:
        default_storage.delete(str(taken.file.name))
        raise
    return taken


def _clean(name: str) -> str:
    """A file's name as it is shown and kept: printable, not long, no longer than a disk takes, its end in place."""
    plain = "".join(letter for letter in name if letter.isprintable()).strip()
    if len(plain) <= _LONGEST_NAME and len(plain.encode()) <= _MOST_BYTES:
        return plain
    stem, dot, end = plain.rpartition(".")
    end = end[:4]
    stem = stem[: _LONGEST_NAME - 6].encode()[: _MOST_BYTES - 3 - len(f"{dot}{end}".encode())].decode(errors="ignore")
    return f"{stem}…{dot}{end}"


@contextmanager
def _named(taken: Import) -> Iterator[Path]:
    """The kept file under the name it came with: by it the reader's sentences and the history speak of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / taken.name
        path.symlink_to(Path(default_storage.path(str(taken.file.name))).absolute())
        yield path


# --- what is asked of it ----------------------------------------------------------------------------------
def begin_check(*, taken: Import, user: User, now: datetime) -> Import:
    """Have a file checked again: where something else stood in its way, or its check was cut off."""
    with transaction.atomic():
        held = _own(taken, user)
        _refuse_ended(held)
        _refuse_at_work(held, now)
        held.state, held.held_until, held.notice, held.progress = State.CHECKING, now + LEASE, "", ""
        held.save()
    return held


def begin_storing(
    *, taken: Import, agreed: str, user: User, now: datetime, vouched: Vouched = NOBODY_VOUCHED
) -> Import:
    """Confirm what the preview with this digest shows. Raises AlreadyImported the second time.

    ``vouched`` are those whose past days are vouched for with it; refused without a reason.
    """
    if vouched.numbers:
        require(user, Capability.RECORD_ATTENDANCE, taken.venue)
        need_reason(vouched.reason, _("Vouching for somebody needs a reason."), "vouch_reason")
    with transaction.atomic():
        held = _own(taken, user)
        _refuse_ended(held)
        _refuse_at_work(held, now)
        if held.state != State.PREVIEWED or agreed != held.agreed:
            raise Refused(_("The preview was made anew in the meantime; look at it once more."))
        held.state, held.held_until, held.notice, held.progress = State.STORING, now + LEASE, "", ""
        held.vouched = {"numbers": sorted(vouched.numbers), "reason": vouched.reason} if vouched.numbers else {}
        held.save()
    return held


def abandon(*, taken: Import, user: User, now: datetime) -> None:
    """Throw a file away; nothing of it was stored."""
    with transaction.atomic():
        held = _own(taken, user)
        if held.state == State.ABANDONED:
            return
        _refuse_ended(held)
        _refuse_at_work(held, now)
        _end(held, State.ABANDONED, now=now)


def sweep(*, now: datetime) -> int:
    """Throw away what nobody confirmed for a week; how many files that were."""
    left = Import.objects.filter(sent_at__lt=now - KEPT, ended_at=None).filter(_free(now))
    count = 0
    for pk in list(left.values_list("pk", flat=True)):
        with transaction.atomic():
            held = left.select_for_update().filter(pk=pk).first()
            if held is not None:
                _end(held, State.ABANDONED, now=now)
                count += 1
    return count


def is_cut_off(taken: Import, now: datetime) -> bool:
    """Whether its check or its storing ended with its process: it can be begun again."""
    return taken.is_at_work and (taken.held_until is None or taken.held_until <= now)


def _free(now: datetime) -> Q:
    return Q(held_until=None) | Q(held_until__lte=now)


def _open_ones() -> Any:
    return Import.objects.filter(state__in=(State.PREVIEWED, State.FAULTY))


def _own(taken: Import, user: User) -> Import:
    """The import, taken for update. Only who sent the file decides on it: what is not theirs was checked for them."""
    held: Import = Import.objects.select_for_update(of=("self",)).select_related("venue", "user").get(pk=taken.pk)
    require(user, Capability.IMPORT_WORKBOOK, held.venue)
    if held.user_id != user.pk:
        raise Refused(
            _("%(person)s sent this file; send it yourself to import it.") % {"person": held.user.get_full_name()}
        )
    return held


def _refuse_ended(held: Import) -> None:
    if held.state == State.CONFIRMED:
        raise AlreadyImported(_("%(name)s is imported already; nothing was done twice.") % {"name": held.name})
    if held.ended_at is not None:
        raise Refused(_("%(name)s is no longer kept; send it again.") % {"name": held.name})


def _refuse_at_work(held: Import, now: datetime) -> None:
    if held.is_at_work and not is_cut_off(held, now):
        raise Refused(_("%(name)s is being worked on; look again in a moment.") % {"name": held.name})


def _end(held: Import, state: str, *, now: datetime, notice: str = "") -> None:
    """Set the last state of an import taken for update; its files and what was shown of them go with the commit."""
    files = [held.file.name, held.fault_file.name]
    held.state, held.ended_at, held.notice, held.held_until, held.progress = state, now, notice, None, ""
    held.file, held.fault_file, held.preview, held.agreed = "", "", {}, ""
    held.save()
    transaction.on_commit(lambda: _delete(*files))


def _delete(*names: str | None) -> None:
    for name in names:
        if name:
            default_storage.delete(name)


# --- the work ---------------------------------------------------------------------------------------------
def work(import_id: int, *, clock: Clock) -> None:
    """Check a file, or store what was confirmed of it, for whoever began it; a second copy of the work does nothing."""
    taken = Import.objects.select_related("venue", "user").filter(pk=import_id).first()
    if taken is None or not taken.is_at_work:
        return
    with translation.override(taken.language):
        try:
            _work(taken, clock)
        except _NoLonger:
            return
        except BaseException:
            _mine(taken).update(held_until=clock())  # whoever looks may begin again at once
            raise


def _work(taken: Import, clock: Clock) -> None:
    try:
        with _named(taken) as path:
            summary = import_workbook(
                path, venue_code=taken.venue.code, now=clock(), user=taken.user, dry_run=taken.state == State.CHECKING,
                limits=limits_of(taken.user, taken.venue), vouched=_vouched(taken), progress=_Teller(taken),
                agreed=lambda found: _hold_to(taken, found), stored=lambda done: _stored(taken, done, clock()),
            )  # fmt: skip
    except Unreadable as refusal:
        with transaction.atomic():
            _end(_take(taken), State.UNREADABLE, now=clock(), notice=str(refusal)[:400])
    except Faulty as refusal:
        _show_faults(taken, refusal)
    except _Changed as found:
        notice = _("Facts have changed since the preview; nothing was stored. This is what the file would change now.")
        _show(taken, found.summary, clock(), notice)
    except Refused as refusal:  # others were writing all the while
        _set(taken, state=State.PREVIEWED, notice=str(refusal)[:400])
    else:
        if taken.state == State.CHECKING:
            _show(taken, summary, clock())


def _vouched(taken: Import) -> Vouched:
    return Vouched(frozenset(taken.vouched.get("numbers", ())), taken.vouched.get("reason", ""))


def _hold_to(taken: Import, summary: Summary) -> None:
    """What is about to be written is what was shown and confirmed."""
    if digest_of(summary.plan) != taken.agreed:
        raise _Changed(summary)


def _stored(taken: Import, summary: Summary, now: datetime) -> None:
    """Note with the rows themselves that they are stored."""
    held = _take(taken)
    held.counts = summary.counts
    months = sorted({*summary.plan.months, *months_touched(summary.venue, summary.plan)}, reverse=True)
    held.months = [str(month) for month in months[:MOST_MONTHS]]
    _end(held, State.CONFIRMED, now=now)


def _show(taken: Import, summary: Summary, now: datetime, notice: str = "") -> None:
    _set(
        taken, state=State.PREVIEWED, counts=summary.counts, preview=preview_of(summary, now=now),
        agreed=digest_of(summary.plan), notice=notice,
    )  # fmt: skip


def _show_faults(taken: Import, refusal: Faulty) -> None:
    faults = refusal.faults
    rows = [[*map(masked, (fault.sheet,)), fault.row, *map(masked, fault[2:])] for fault in faults[:MOST_FAULTS_KEPT]]
    name = default_storage.save(
        private_name(None, "faults.json"), ContentFile(json.dumps(rows, ensure_ascii=False).encode())
    )
    try:
        preview = faults_of(faults, refusal.hints)
        _set(taken, state=State.FAULTY, preview=preview, fault_count=len(faults), fault_file=name)
    except _NoLonger:
        _delete(name)
        raise


def _set(taken: Import, **values: Any) -> None:
    """Write what came of a check; what was shown before goes."""
    clean = {"counts": {}, "preview": {}, "agreed": "", "notice": "", "fault_count": 0, "fault_file": ""}
    if values["state"] == State.PREVIEWED and "preview" not in values:
        clean = {"fault_file": ""}
    with transaction.atomic():
        held = _take(taken)
        before = held.fault_file.name
        for field, value in ({"held_until": None, "progress": ""} | clean | values).items():
            setattr(held, field, value)
        held.save()
        transaction.on_commit(lambda: _delete(before))


def _mine(taken: Import) -> Any:
    """The import, as long as it is held as it was when the work began."""
    return Import.objects.filter(pk=taken.pk, state=taken.state, held_until=taken.held_until)


def _take(taken: Import) -> Import:
    held: Import | None = _mine(taken).select_for_update().first()
    if held is None:
        raise _NoLonger
    return held


class _Teller:
    """Notes how far the reading is, at most once a second; not within the transaction that stores."""

    def __init__(self, taken: Import) -> None:
        self.taken, self.told_at = taken, time.monotonic()

    def __call__(self, step: str, done: int, total: int) -> None:
        if total or time.monotonic() - self.told_at < _PROGRESS_SECONDS:
            return
        self.told_at = time.monotonic()
        _mine(self.taken).update(progress=f"{step} {done:,}"[:60])


def kept_faults(taken: Import) -> Iterator[list[Any]]:
    """The faults of a file, as kept: sheet, row, heading, words."""
    if taken.fault_file:
        with default_storage.open(str(taken.fault_file.name)) as file:
            yield from json.load(file)
