"""The addresses of payroll and of one's own pay, below a venue's."""

from django.urls import path

from commissions.views import amounts, closing, comparing, own, payroll, policy, printing

urlpatterns = [
    path("payroll/", payroll.current, name="payroll_current"),
    path("payroll/months/", payroll.months, name="payroll_months"),
    path("payroll/<month:month>/", payroll.month, name="payroll_month"),
    path("payroll/<month:month>/start/", payroll.start, name="payroll_start"),
    path("payroll/<month:month>/progress/", payroll.progress, name="payroll_progress"),
    path("payroll/<month:month>/workbook/", payroll.workbook, name="payroll_workbook"),
    path("payroll/<month:month>/bank/", payroll.bank, name="payroll_bank"),
    path("payroll/<month:month>/compare/", comparing.compare, name="payroll_compare"),
    path("payroll/<month:month>/look/", closing.look, name="payroll_look"),
    path("payroll/<month:month>/send/", closing.send, name="payroll_send"),
    path("payroll/<month:month>/lock/", closing.lock, name="payroll_lock"),
    path("payroll/<month:month>/reopen/", closing.reopen, name="payroll_reopen"),
    path("payroll/<month:month>/paid/", closing.paid, name="payroll_paid"),
    path("payroll/<month:month>/accounts/", closing.accounts, name="payroll_accounts"),
    path("payroll/<month:month>/amounts/", amounts.amounts, name="payroll_amounts"),
    path("payroll/<month:month>/amounts/<slug:kind>/<key:pk>/", amounts.remove, name="payroll_amount_remove"),
    path("payslips/<month:month>/print/", printing.payslips, name="payslips_print"),
    path("payslips/<month:month>/<key:employee>/answer/", closing.answer, name="payslip_answer"),
    path("policy/", policy.policy, name="policy"),
    path("policy/<month:month>/", policy.version, name="policy_version"),
    path("policy/<month:month>/try/", policy.attempt, name="policy_try"),
    path("policy/<month:month>/remove/", policy.remove, name="policy_remove"),
    path("mine/", own.pay, name="own_pay"),
    path("mine/fines/", own.fines, name="own_fines"),
    path("mine/fines/<key:pk>/", own.fine, name="own_fine"),
    path("mine/calendar/", own.current_calendar, name="own_calendar_current"),
    path("mine/calendar/<month:month>/", own.calendar, name="own_calendar"),
    path("mine/bookings/<month:month>/", own.bookings, name="own_bookings"),
    path("payslips/<month:month>/<key:employee>/", payroll.payslip, name="payslip"),
]
