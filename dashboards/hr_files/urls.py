"""The addresses of the pages of people, below a venue's."""

from django.urls import path

from dashboards.hr_files import listing, papers, views

urlpatterns = [
    path("people/", listing.people, name="people"),
    path("people/new/", listing.new, name="person_new"),
    path("people/looks/", papers.access_log, name="access_log"),
    path("people/<key:pk>/file/", views.file, name="person_file"),
    path("people/<key:pk>/leave/", views.leave, name="person_leave"),
    path("people/<key:pk>/stay/", views.stay, name="person_stay"),
    path("people/<key:pk>/numbers/", papers.numbers, name="person_numbers"),
    path("people/<key:pk>/papers/new/", papers.new, name="person_paper_new"),
    path("people/<key:pk>/papers/<key:paper>/", papers.show, name="person_paper"),
    path("people/<key:pk>/papers/<key:paper>/remove/", papers.remove, name="person_paper_remove"),
    path("people/<key:pk>/undertaking/", papers.undertaking, name="person_undertaking"),
    path("people/<key:pk>/undertaking/print/", papers.undertaking_print, name="person_undertaking_print"),
    path("people/<key:pk>/undertaking/<key:signed>/remove/", papers.unsign, name="person_undertaking_remove"),
]
