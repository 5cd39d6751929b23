"""The addresses of the pages that show several apps, below a venue's."""

from django.urls import path

from dashboards.views import closing, house, own, person, radar, tonight

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
    path("house/", house.house, name="house"),
    path("house/venue/", house.venue, name="venue_settings"),
    path("radar/", radar.current, name="radar"),
    path("radar/<month:month>/", radar.month, name="radar_month"),
    path("radar/<month:month>/workbook/", radar.workbook, name="radar_workbook"),
]
