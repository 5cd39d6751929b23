"""The addresses of payroll and of one's own pay, below a venue's."""

from django.urls import path

from commissions.adjustments import views as adjustment_views
from commissions.exports import views as export_views
from commissions.month.views import closing, comparison, overview
from commissions.payslips.views import documents, own
from commissions.policy import views as policy_views

urlpatterns = [
    path("payroll/", overview.current, name="payroll_current"),
    path("payroll/months/", overview.months, name="payroll_months"),
    path("payroll/<month:month>/", overview.month, name="payroll_month"),
    path("payroll/<month:month>/start/", overview.start, name="payroll_start"),
    path("payroll/<month:month>/progress/", overview.progress, name="payroll_progress"),
    path("payroll/<month:month>/workbook/", export_views.workbook, name="payroll_workbook"),
    path("payroll/<month:month>/bank/", export_views.bank, name="payroll_bank"),
    path("payroll/<month:month>/compare/", comparison.compare, name="payroll_compare"),
    path("payroll/<month:month>/look/", closing.acknowledged, name="payroll_acknowledge"),
    path("payroll/<month:month>/send/", closing.send, name="payroll_send"),
    path("payroll/<month:month>/lock/", closing.lock, name="payroll_lock"),
    path("payroll/<month:month>/reopen/", closing.reopen, name="payroll_reopen"),
    path("payroll/<month:month>/paid/", closing.paid, name="payroll_paid"),
    path("payroll/<month:month>/accounts/", closing.accounts, name="payroll_accounts"),
    path("payroll/<month:month>/amounts/", adjustment_views.amounts, name="payroll_amounts"),
    path("payroll/<month:month>/amounts/<slug:kind>/<key:pk>/", adjustment_views.remove, name="payroll_amount_remove"),
    path("payslips/<month:month>/print/", documents.payslips, name="payslips_print"),
    path("payslips/<month:month>/<key:employee>/answer/", closing.answer, name="payslip_answer"),
    path("policy/", policy_views.policy, name="policy"),
    path("policy/<month:month>/", policy_views.version, name="policy_version"),
    path("policy/<month:month>/try/", policy_views.attempt, name="policy_try"),
    path("policy/<month:month>/remove/", policy_views.remove, name="policy_remove"),
    path("mine/", own.pay, name="own_pay"),
    path("mine/fines/", own.fines, name="own_fines"),
    path("mine/fines/<key:pk>/", own.fine, name="own_fine"),
    path("mine/calendar/", own.current_calendar, name="own_calendar_current"),
    path("mine/calendar/<month:month>/", own.calendar, name="own_calendar"),
    path("mine/bookings/<month:month>/", own.bookings, name="own_bookings"),
    path("payslips/<month:month>/<key:employee>/", overview.payslip, name="payslip"),
]
