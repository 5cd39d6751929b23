"""The addresses of the night's pages, below a venue's."""

from django.urls import path

from dashboards.views import closing, own, person, staff, tonight

urlpatterns = [
    path("night/", own.night, name="my_night"),
    path("tonight/", tonight.tonight, name="tonight"),
    path("tonight/poll/", tonight.poll, name="tonight_poll"),
    path("tonight/people/<int:pk>/", person.person, name="tonight_person"),
    path("tonight/people/<int:pk>/<day:day>/", person.person, name="person_day"),
    path("tonight/punch/", tonight.punch, name="tonight_punch"),
    path("tonight/decide/", tonight.decide, name="tonight_decide"),
    path("tonight/close/", closing.close, name="close_night"),
    path("tonight/close/<day:day>/", closing.close, name="close_night_of"),
    path("staff/", staff.current, name="staff_current"),
    path("staff/<month:month>/", staff.month, name="staff_month"),
    path("staff/<month:month>/workbook/", staff.workbook, name="staff_workbook"),
]
