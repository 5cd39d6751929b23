"""The addresses of the pages of people, below a venue's."""

from django.urls import path

from dashboards.people import file, listing, page, papers

urlpatterns = [
    path("people/", listing.people, name="people"),
    path("people/new/", listing.new, name="person_new"),
    path("people/looks/", papers.looks, name="number_looks"),
    path("people/<int:pk>/", page.person, name="person"),
    path("people/<int:pk>/file/", file.file, name="person_file"),
    path("people/<int:pk>/leave/", file.leave, name="person_leave"),
    path("people/<int:pk>/stay/", file.stay, name="person_stay"),
    path("people/<int:pk>/numbers/", papers.numbers, name="person_numbers"),
    path("people/<int:pk>/papers/new/", papers.new, name="person_paper_new"),
    path("people/<int:pk>/papers/<int:paper>/", papers.show, name="person_paper"),
    path("people/<int:pk>/papers/<int:paper>/remove/", papers.remove, name="person_paper_remove"),
    path("people/<int:pk>/undertaking/", papers.undertaking, name="person_undertaking"),
    path("people/<int:pk>/undertaking/print/", papers.undertaking_print, name="person_undertaking_print"),
    path("people/<int:pk>/undertaking/<int:signed>/remove/", papers.unsign, name="person_undertaking_remove"),
]
