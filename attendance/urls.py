"""The addresses of requests and their papers, below a venue's."""

from django.urls import path

from attendance import views

urlpatterns = [
    path("requests/", views.requests, name="requests"),
    path("requests/new/<slug:kind>/", views.new, name="request_new"),
    path("requests/price/", views.price, name="request_price"),
    path("requests/rest/give-up/", views.give_up, name="rest_give_up"),
    path("requests/<int:pk>/", views.show, name="request"),
    path("requests/<int:pk>/withdraw/", views.withdraw, name="request_withdraw"),
    path("requests/<int:pk>/answer/", views.answer, name="request_answer"),
    path("requests/<int:pk>/papers/", views.add_papers, name="request_papers"),
    path("requests/<int:pk>/decide/", views.decide, name="request_decide"),
    path("papers/<int:pk>/", views.paper, name="paper"),
]
