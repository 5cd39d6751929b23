"""Record and withdraw violations that somebody saw, the ledger in step at once (chapters 4 and 5)."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Capability
from bookings.models import Booking
from inbox.kinds import MessageKind
from inbox.services import post
from pages.formats import long_day
from rulebook.articles import CONDUCT_ARTICLES, REPORTED_ARTICLES
from rulebook.calendar import CalendarMonth
from rulebook.reports import POACHING, SOLICITING, TIPS
from staff.models import Employee
from staff.selectors import is_employed
from storage.files import BadFile, checked
from storage.history import delete_traced, save_traced
from storage.numbers import next_numbers
from venues.errors import Refused
from venues.models import Venue
from venues.rights import be_sure, need_reason, refuse_changed, shown_of
from venues.selectors import may, policy_of
from venues.services import count_change, require_open_months
from violations.ledger.derive import derive
from violations.ledger.inputs import month_facts
from violations.ledger.services.reconciliation import reconcile
from violations.message_kinds import REPORT_FINED, REPORT_TAKEN_BACK, REPORT_VOID, REPORT_WAITS
from violations.models import Penalty, Report

SHOWN = ("article", "note", "amount")
"""What its page shows of a report."""


def record_report(
    *,
    venue: Venue,
    employee: Employee,
    user: User,
    day: date,
    article: str,
    now: datetime,
    booking: Booking | None = None,
    amount: Decimal | None = None,
    note: str = "",
    photo: "UploadedFile[Any] | None" = None,
    sure: str | None = None,
) -> Report:
    """Record one violation of a business day; the ledger follows, and the person is told.

    ``amount`` in yuan are the tips of 4.1; 4.4 names the booking, whosever it is and of whatever day. Refuses what
    nobody reports (the rest follows from the facts), the own employment, somebody not employed that day, a day to
    come, a second poaching of one booking by one person, a locked month, a photo that is none. The same once more, of
    this person under this article on this day, is asked about (Doubtful).
    """
    _refuse_stranger(user, venue, [employee])
    _refuse_day(venue, [employee], day, now)
    _refuse_article(venue, article, amount, booking, note)
    kept = None
    if photo is not None:
        try:
            kept = checked(photo, images_only=True)
        except BadFile as error:
            raise Refused(str(error)) from error
    with transaction.atomic():
        require_open_months(venue, [CalendarMonth.of(day)])
        if article == POACHING and Report.objects.filter(employee=employee, booking=booking, article=article).exists():
            raise Refused(_("Poaching on this booking is already reported of this person."))
        _ask_about_the_same(employee, day, article, booking if article == POACHING else None, sure)
        report = Report(
            venue=venue,
            number=_numbers(venue, day, 1)[0],
            employee=employee,
            business_day=day,
            article=article,
            booking=booking if article == POACHING else None,
            amount=amount if article == TIPS else None,
            note=note.strip(),
        )
        if kept is not None:
            report.photo.save(kept.name or "", kept, save=False)
        _keep(report, user)
        _bring_in_step(venue, day, [employee], now)
        _notify([report], now)
    return report


def record_conduct(
    *, venue: Venue, user: User, day: date, marks: Iterable[tuple[Employee, str]], now: datetime
) -> list[Report]:
    """Record a night's check of manners and appearance: people with articles of chapter 5; those recorded anew.

    What is recorded of a person under an article on that day stays once, however often the list is saved.
    """
    marks = list(marks)
    people = list({employee.pk: employee for employee, _article in marks}.values())
    _refuse_stranger(user, venue, people)
    _refuse_day(venue, people, day, now)
    if any(article not in CONDUCT_ARTICLES for _employee, article in marks):
        raise Refused(_("The nightly check is about chapter 5."))
    with transaction.atomic():
        require_open_months(venue, [CalendarMonth.of(day)])
        known = set(conduct_of(venue, day))
        fresh = {(one.pk, article): one for one, article in marks if (one.pk, article) not in known}
        numbers = iter(_numbers(venue, day, len(fresh)))
        reports = [
            Report(venue=venue, number=next(numbers), employee=employee, business_day=day, article=article)
            for (_pk, article), employee in fresh.items()
        ]
        for report in reports:
            _keep(report, user)
        if reports:
            _bring_in_step(venue, day, [report.employee for report in reports], now)
            _notify(reports, now)
    return reports


def withdraw_report(*, report: Report, user: User, now: datetime, reason: str, seen: str | None = None) -> None:
    """Take back what was recorded by mistake: its fine is withdrawn, who did it and why stays in its history."""
    venue, day = report.venue, report.business_day
    _refuse_stranger(user, venue, [report.employee])
    need_reason(reason, _("Taking this back needs a reason."))
    with transaction.atomic():
        require_open_months(venue, [CalendarMonth.of(day)])
        found = Report.objects.select_for_update(of=("self",)).filter(pk=report.pk).first()
        if found is None:
            raise Refused(_("It is taken back already."))
        refuse_changed(seen, shown_of(found, SHOWN), found)
        delete_traced(found, by=user, reason=reason.strip())
        _bring_in_step(venue, day, [report.employee], now)
        basis = {"day": str(day), "article": report.article, "number": report.number}
        _post(report, f"report-back:{report.number}", REPORT_TAKEN_BACK, basis, now)
        if found.photo:
            name = found.photo.name or ""
            transaction.on_commit(lambda: found.photo.storage.delete(name))


def conduct_of(venue: Venue, day: date) -> list[tuple[int, str]]:
    """Who is recorded under which article of chapter 5 on a day: (person's key, article)."""
    found = Report.objects.filter(venue=venue, business_day=day, article__in=CONDUCT_ARTICLES)
    return list(found.values_list("employee_id", "article"))


def _refuse_stranger(user: User, venue: Venue, people: Iterable[Employee]) -> None:
    if not may(user, Capability.REPORT_VIOLATIONS, venue):
        raise Refused(_("You may not do this at this venue."))
    if any(employee.user_id == user.pk for employee in people):
        raise Refused(_("Nobody decides on themselves; somebody else records it."))


def _refuse_day(venue: Venue, people: Iterable[Employee], day: date, now: datetime) -> None:
    if day > venue.day_at(now):
        raise Refused(_("%(day)s has not begun.") % {"day": long_day(day)})
    for employee in people:
        if employee.venue_id != venue.pk or not is_employed(employee, day):
            raise Refused(_("%(person)s is not employed here on %(day)s.") % {"person": employee, "day": long_day(day)})


def _refuse_article(venue: Venue, article: str, amount: Decimal | None, booking: Booking | None, note: str) -> None:
    if article not in REPORTED_ARTICLES:
        raise Refused(_("%(article)s is not reported; it follows from what is recorded.") % {"article": article})
    if article == TIPS and amount is None:
        raise Refused(_("4.1 needs the amount."))
    if amount is not None and amount < 0:
        raise Refused(_("Amounts are not negative."))
    if article == POACHING and (booking is None or booking.venue_id != venue.pk):
        raise Refused(_("4.4 needs the booking."))
    if article not in CONDUCT_ARTICLES and not note.strip():
        raise Refused(_("%(article)s needs a few words on what happened.") % {"article": article})


def _numbers(venue: Venue, day: date, count: int) -> list[str]:
    """The next numbers of a day, none that was ever given; the month is taken for update."""
    prefix = f"W{day:%y%m%d}-R"
    ever: set[str] = set()
    for rows in (Report.objects, Report.history):
        ever |= set(rows.filter(venue=venue, number__startswith=prefix).values_list("number", flat=True))
    return next_numbers(ever, prefix, count)


def _ask_about_the_same(employee: Employee, day: date, article: str, booking: Booking | None, sure: str | None) -> None:
    """Ask whether it is another one, where the same is recorded already; the month is taken for update."""
    same = Report.objects.filter(employee=employee, business_day=day, article=article, booking=booking)
    numbers = list(same.order_by("pk").values_list("number", flat=True))
    if numbers:
        known = {"person": employee.name, "day": long_day(day), "article": article, "numbers": _(", ").join(numbers)}
        be_sure(
            sure,
            _(
                "%(article)s is recorded of %(person)s on %(day)s already: %(numbers)s. Record it once more only if it "
                "happened once more."
            )
            % known,
            known,
        )


def _keep(report: Report, user: User) -> None:
    save_traced(report, by=user)


def _bring_in_step(venue: Venue, day: date, people: Iterable[Employee], now: datetime) -> None:
    """The ledger of these people's month follows the facts; the month is taken for update."""
    month = CalendarMonth.of(day)
    count_change(venue, [month])
    ids = sorted({employee.pk for employee in people})
    facts = month_facts(venue, month, ids, policy=policy_of(venue, month).policy, now=now)
    reconcile(facts, derive(facts), now=now)


def _notify(reports: Iterable[Report], now: datetime) -> None:
    """Tell each person what was recorded, and what it costs by the ledger."""
    reports = list(reports)
    charged = dict(Penalty.objects.filter(report__in=reports).values_list("report_id", "amount"))
    for report in reports:
        basis = {"day": str(report.business_day), "article": report.article}
        kind = REPORT_FINED
        if report.article == SOLICITING:
            kind = REPORT_VOID
        elif report.pk not in charged and report.booking is not None:
            kind, basis["booking"] = REPORT_WAITS, report.booking.number
        else:
            basis["amount"] = str(charged[report.pk])
        _post(report, f"report:{report.number}", kind, basis, now)


def _post(report: Report, key: str, kind: MessageKind, basis: dict[str, str], now: datetime) -> None:
    user, month = report.employee.user, CalendarMonth.of(report.business_day)
    if user is not None:
        post(
            venue=report.venue,
            users=[user],
            key=key,
            kind=kind,
            basis=basis,
            path=f"{reverse('own_fines', args=[report.venue.code])}?month={month}#d{report.business_day}",
            now=now,
        )
