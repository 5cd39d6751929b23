"""The addresses of violations, below a venue's."""

from django.urls import path

from violations.reports import views

urlpatterns = [
    path("violations/", views.tonight, name="violations_tonight"),
    path("violations/new/", views.new, name="violation_new"),
    path("violations/effect/", views.effect, name="violation_effect"),
    path("violations/checklist/", views.checklist, name="violation_checklist"),
    path("violations/<key:pk>/withdraw/", views.withdraw, name="violation_withdraw"),
    path("violations/<key:pk>/photo/", views.photo, name="violation_photo"),
]
