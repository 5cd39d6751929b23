"""The addresses of comps, below a venue's."""

from django.urls import path

from comps.views import asking, items

urlpatterns = [
    path("bookings/<key:pk>/comp/", asking.ask, name="comp_ask"),
    path("comps/<key:pk>/withdraw/", asking.withdraw, name="comp_withdraw"),
    path("house/comps/", items.items, name="comp_items"),
    path("house/comps/<key:pk>/", items.item, name="comp_item"),
]
