"""The addresses of comps, below a venue's."""

from django.urls import path

from comps import views

urlpatterns = [
    path("bookings/<int:pk>/comp/", views.ask, name="comp_ask"),
    path("comps/<int:pk>/withdraw/", views.withdraw, name="comp_withdraw"),
]
