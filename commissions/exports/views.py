"""Downloads of a month's workbooks."""

from collections.abc import Callable
from pathlib import Path

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Capability
from commissions.exports.workbook import write_payroll, write_transfers
from commissions.models import PayrollRun
from commissions.selectors import current_run, payslips_of
from pages.access import VenueRequest, at_venue
from pages.acting import act
from pages.downloads import excel_of
from pages.formats import month as month_shown
from rulebook.calendar import CalendarMonth
from staff.services import note_exported
from venues.models import Month


@require_safe
@never_cache
@at_venue(Capability.EXPORT_PAYROLL)
def workbook(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The Excel of the month's current payslips."""
    return _excel(request, month, write_payroll, "payroll")


@require_safe
@never_cache
@at_venue(Capability.EXPORT_PAYROLL)
def bank(request: VenueRequest, month: CalendarMonth) -> HttpResponseBase:
    """The sheet for the bank alone, of a month that is locked."""
    return _excel(request, month, write_transfers, "bank")


def _excel(
    request: VenueRequest, month: CalendarMonth, write: Callable[[PayrollRun, Path], None], what: str
) -> HttpResponseBase:
    """What is written of the month's current run; to the month's page, with the reason, where nothing is."""
    run = current_run(request.venue, month)
    if run is None:
        messages.error(request, _("%(month)s was not run.") % {"month": month_shown(month)})
        return redirect("payroll_month", request.venue.code, month)
    draft = "-draft" if run.month.state == Month.State.OPEN else ""
    name = f"{request.venue.code}-{month}-{what}{draft}.xlsx"
    with act(request) as attempt:
        excel = excel_of(lambda path: write(run, path), name=name)
    if not attempt.is_done:
        return redirect("payroll_month", request.venue.code, month)
    paid = [slip.employee_id for slip in payslips_of(run) if slip.net > 0 and slip.bank_account]
    note_exported(employees=paid, user=request.user, now=timezone.now())
    return excel
