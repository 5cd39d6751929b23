"""The addresses of requests, papers, the roster, its days, below a venue's."""

from django.urls import path

from attendance.views import days, requests as views, roster

urlpatterns = [
    path("requests/", views.requests, name="requests"),
    path("requests/new/<slug:kind>/", views.new, name="request_new"),
    path("requests/price/", views.price, name="request_price"),
    path("requests/rest/give-up/", views.give_up, name="rest_give_up"),
    path("requests/<key:pk>/", views.show, name="request"),
    path("requests/<key:pk>/withdraw/", views.withdraw, name="request_withdraw"),
    path("requests/<key:pk>/answer/", views.answer, name="request_answer"),
    path("requests/<key:pk>/papers/", views.add_papers, name="request_papers"),
    path("requests/<key:pk>/decide/", views.decide, name="request_decide"),
    path("papers/<key:pk>/", views.paper, name="paper"),
    path("roster/", roster.current, name="roster_current"),
    path("roster/<month:month>/", roster.month, name="roster"),
    path("roster/<month:month>/set/", roster.set_day, name="roster_set"),
    path("roster/<month:month>/copy/", roster.copy, name="roster_copy"),
    path("roster/<month:month>/publish/", roster.publish, name="roster_publish"),
    path("roster/<month:month>/<key:pk>/", roster.person, name="roster_person"),
    path("days/", days.days, name="days"),
    path("days/event/", days.add_event, name="event_day_new"),
    path("days/event/<day:day>/", days.event, name="event_day"),
    path("days/public/", days.set_public, name="public_day_set"),
    path("days/public/<day:day>/", days.public_day, name="public_day"),
    path("days/seed/", days.seed, name="days_seed"),
]
