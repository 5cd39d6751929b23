"""The addresses of payroll and of one's own pay, below a venue's."""

from django.urls import path

from commissions.views import own, payroll

urlpatterns = [
    path("payroll/", payroll.current, name="payroll_current"),
    path("payroll/months/", payroll.months, name="payroll_months"),
    path("payroll/<month:month>/", payroll.month, name="payroll_month"),
    path("payroll/<month:month>/start/", payroll.start, name="payroll_start"),
    path("payroll/<month:month>/progress/", payroll.progress, name="payroll_progress"),
    path("payroll/<month:month>/workbook/", payroll.workbook, name="payroll_workbook"),
    path("mine/", own.pay, name="own_pay"),
    path("mine/fines/", own.fines, name="own_fines"),
    path("mine/fines/<int:pk>/", own.fine, name="own_fine"),
    path("mine/calendar/", own.current_calendar, name="own_calendar_current"),
    path("mine/calendar/<month:month>/", own.calendar, name="own_calendar"),
    path("mine/bookings/<month:month>/", own.bookings, name="own_bookings"),
    path("payslips/<month:month>/<int:employee>/", payroll.payslip, name="payslip"),
]
