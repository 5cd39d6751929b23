"""The addresses of bookings, below a venue's."""

from django.urls import path

from bookings.views import booking, door, floor

urlpatterns = [
    path("book/", booking.book, name="book"),
    path("book/guests/", booking.guests, name="book_guests"),
    path("book/<day:day>/", booking.book, name="book_day"),
    path("bookings/<key:pk>/", booking.show, name="booking"),
    path("bookings/<key:pk>/change/", booking.change, name="booking_change"),
    path("bookings/<key:pk>/cancel/", booking.cancel, name="booking_cancel"),
    path("bookings/<key:pk>/announce/", booking.announce, name="booking_announce"),
    path("bookings/<key:pk>/tab/", door.tab, name="booking_tab"),
    path("bookings/<key:pk>/settle/", door.settle, name="booking_settle"),
    path("door/", door.door, name="door"),
    path("door/walk-in/", door.walk_in, name="door_walk_in"),
    path("door/<key:pk>/arrive/", door.arrive, name="door_arrive"),
    path("door/<key:pk>/no-show/", door.no_show, name="door_no_show"),
    path("door/<key:pk>/correct/", door.correct, name="door_correct"),
    path("door/<key:pk>/move/", door.move, name="door_move"),
    path("door/<key:pk>/reinstate/", door.reinstate, name="door_reinstate"),
    path("house/tables/", floor.floor_plan, name="floor_plan"),
    path("house/tables/move/", floor.move, name="floor_move"),
    path("house/tables/new/", floor.new_table, name="table_new"),
    path("house/tables/<key:pk>/", floor.table, name="table"),
    path("house/tables/<key:pk>/retire/", floor.retire, name="table_retire"),
    path("house/fixtures/new/", floor.new_fixture, name="fixture_new"),
    path("house/fixtures/<key:pk>/", floor.fixture, name="fixture"),
    path("house/fixtures/<key:pk>/remove/", floor.remove, name="fixture_remove"),
]
