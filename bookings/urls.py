"""The addresses of bookings, below a venue's."""

from django.urls import path

from bookings.booking import views as booking_views
from bookings.door import views as door_views
from bookings.floor_plan import views as floor_plan_views

urlpatterns = [
    path("book/", booking_views.book, name="book"),
    path("book/guests/", booking_views.guests, name="book_guests"),
    path("book/<day:day>/", booking_views.book, name="book_day"),
    path("bookings/<key:pk>/", booking_views.show, name="booking"),
    path("bookings/<key:pk>/change/", booking_views.change, name="booking_change"),
    path("bookings/<key:pk>/cancel/", booking_views.cancel, name="booking_cancel"),
    path("bookings/<key:pk>/announce/", booking_views.announce, name="booking_announce"),
    path("bookings/<key:pk>/tab/", door_views.tab, name="booking_tab"),
    path("bookings/<key:pk>/settle/", door_views.settle, name="booking_settle"),
    path("door/", door_views.door, name="door"),
    path("door/walk-in/", door_views.walk_in, name="door_walk_in"),
    path("door/<key:pk>/arrive/", door_views.arrive, name="door_arrive"),
    path("door/<key:pk>/no-show/", door_views.no_show, name="door_no_show"),
    path("door/<key:pk>/correct/", door_views.correct, name="door_correct"),
    path("door/<key:pk>/move/", door_views.move, name="door_move"),
    path("door/<key:pk>/reinstate/", door_views.reinstate, name="door_reinstate"),
    path("house/tables/", floor_plan_views.floor_plan, name="floor_plan"),
    path("house/tables/move/", floor_plan_views.move, name="floor_move"),
    path("house/tables/new/", floor_plan_views.new_table, name="table_new"),
    path("house/tables/<key:pk>/", floor_plan_views.table, name="table"),
    path("house/tables/<key:pk>/retire/", floor_plan_views.retire, name="table_retire"),
    path("house/fixtures/new/", floor_plan_views.new_fixture, name="fixture_new"),
    path("house/fixtures/<key:pk>/", floor_plan_views.fixture, name="fixture"),
    path("house/fixtures/<key:pk>/remove/", floor_plan_views.remove, name="fixture_remove"),
]
