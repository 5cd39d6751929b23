"""The addresses of requests, papers, the roster, its days, below a venue's."""

from django.urls import path

from attendance.event_days import views as event_days_views
from attendance.requests import views
from attendance.roster import views as roster_views

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
    path("roster/", roster_views.current, name="roster_current"),
    path("roster/<month:month>/", roster_views.month, name="roster"),
    path("roster/<month:month>/set/", roster_views.set_day, name="roster_set"),
    path("roster/<month:month>/copy/", roster_views.copy, name="roster_copy"),
    path("roster/<month:month>/publish/", roster_views.publish, name="roster_publish"),
    path("roster/<month:month>/<key:pk>/", roster_views.person, name="roster_person"),
    path("days/", event_days_views.days, name="days"),
    path("days/event/", event_days_views.add_event, name="event_day_new"),
    path("days/event/<day:day>/", event_days_views.event, name="event_day"),
    path("days/public/", event_days_views.set_public, name="public_day_set"),
    path("days/public/<day:day>/", event_days_views.public_day, name="public_day"),
    path("days/seed/", event_days_views.seed, name="days_seed"),
]
