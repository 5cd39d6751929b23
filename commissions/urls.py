"""The addresses of payroll, below a venue's."""

from django.urls import path

from commissions import views

urlpatterns = [
    path("payroll/", views.current, name="payroll_current"),
    path("payroll/months/", views.months, name="payroll_months"),
    path("payroll/<month:month>/", views.month, name="payroll_month"),
    path("payroll/<month:month>/start/", views.start, name="payroll_start"),
    path("payroll/<month:month>/progress/", views.progress, name="payroll_progress"),
    path("payroll/<month:month>/workbook/", views.workbook, name="payroll_workbook"),
    path("mine/", views.mine, name="own_pay"),
    path("payslips/<month:month>/<int:employee>/", views.payslip, name="payslip"),
]
