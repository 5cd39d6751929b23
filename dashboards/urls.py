"""The addresses of the pages that show several apps, below a venue's."""

from django.urls import path

from dashboards.ledger import views as ledger_views
from dashboards.my_night import views as my_night_views
from dashboards.night_close import views as night_close_views
from dashboards.owner import views as owner_views
from dashboards.person import views as person_views
from dashboards.radar import views as radar_views
from dashboards.reports import views as reports_views
from dashboards.team_month import views as team_month_views
from dashboards.tonight.views import board, person

urlpatterns = [
    path("night/", my_night_views.night, name="my_night"),
    path("tonight/", board.tonight, name="tonight"),
    path("tonight/poll/", board.poll, name="tonight_poll"),
    path("tonight/people/<key:pk>/", person.person, name="tonight_person"),
    path("tonight/people/<key:pk>/<day:day>/", person.person, name="person_day"),
    path("tonight/punch/", board.punch, name="tonight_punch"),
    path("tonight/decide/", board.decide, name="tonight_decide"),
    path("tonight/close/", night_close_views.close, name="close_night"),
    path("tonight/close/<day:day>/", night_close_views.close, name="close_night_of"),
    path("staff/", team_month_views.current, name="staff_current"),
    path("staff/<month:month>/", team_month_views.month, name="staff_month"),
    path("staff/<month:month>/workbook/", team_month_views.workbook, name="staff_workbook"),
    path("people/<key:pk>/", person_views.person, name="person"),
    path("ledger/", ledger_views.current, name="ledger_current"),
    path("ledger/<month:month>/", ledger_views.month, name="ledger"),
    path("ledger/<month:month>/workbook/", ledger_views.workbook, name="ledger_workbook"),
    path("ledger/<month:month>/reconcile/", ledger_views.reconcile, name="ledger_reconcile"),
    path("ledger/fines/<key:pk>/", ledger_views.fine, name="ledger_fine"),
    path("ledger/fines/<key:pk>/waive/", ledger_views.waived, name="ledger_waive"),
    path("ledger/fines/<key:pk>/restore/", ledger_views.restored, name="ledger_restore"),
    path("reports/", reports_views.index, name="reports"),
    path("reports/<slug:kind>/", reports_views.report, name="report"),
    path("reports/<slug:kind>/workbook/", reports_views.workbook, name="report_workbook"),
    path("house/", owner_views.house, name="house"),
    path("house/venue/", owner_views.venue, name="venue_settings"),
    path("radar/", radar_views.current, name="radar"),
    path("radar/<month:month>/", radar_views.month, name="radar_month"),
    path("radar/<month:month>/workbook/", radar_views.workbook, name="radar_workbook"),
]
