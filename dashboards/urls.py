"""The addresses of the pages that show several apps, below a venue's."""

from django.urls import path

from dashboards.views import closing, house, ledger, own, person, radar, reports, staff, tonight

urlpatterns = [
    path("night/", own.night, name="my_night"),
    path("tonight/", tonight.tonight, name="tonight"),
    path("tonight/poll/", tonight.poll, name="tonight_poll"),
    path("tonight/people/<key:pk>/", person.person, name="tonight_person"),
    path("tonight/people/<key:pk>/<day:day>/", person.person, name="person_day"),
    path("tonight/punch/", tonight.punch, name="tonight_punch"),
    path("tonight/decide/", tonight.decide, name="tonight_decide"),
    path("tonight/close/", closing.close, name="close_night"),
    path("tonight/close/<day:day>/", closing.close, name="close_night_of"),
    path("staff/", staff.current, name="staff_current"),
    path("staff/<month:month>/", staff.month, name="staff_month"),
    path("staff/<month:month>/workbook/", staff.workbook, name="staff_workbook"),
    path("ledger/", ledger.current, name="ledger_current"),
    path("ledger/<month:month>/", ledger.month, name="ledger"),
    path("ledger/<month:month>/workbook/", ledger.workbook, name="ledger_workbook"),
    path("ledger/<month:month>/reconcile/", ledger.reconcile, name="ledger_reconcile"),
    path("ledger/fines/<key:pk>/", ledger.fine, name="ledger_fine"),
    path("ledger/fines/<key:pk>/waive/", ledger.waived, name="ledger_waive"),
    path("ledger/fines/<key:pk>/restore/", ledger.restored, name="ledger_restore"),
    path("reports/", reports.index, name="reports"),
    path("reports/<slug:kind>/", reports.report, name="report"),
    path("reports/<slug:kind>/workbook/", reports.workbook, name="report_workbook"),
    path("house/", house.house, name="house"),
    path("house/venue/", house.venue, name="venue_settings"),
    path("radar/", radar.current, name="radar"),
    path("radar/<month:month>/", radar.month, name="radar_month"),
    path("radar/<month:month>/workbook/", radar.workbook, name="radar_workbook"),
]
