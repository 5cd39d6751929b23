"""The addresses of imports, below a venue's."""

from django.urls import path

from workbook.imports import views

urlpatterns = [
    path("import/", views.imports, name="import_page"),
    path("import/template/", views.template, name="import_template_file"),
    path("import/<key:pk>/", views.preview, name="import_preview"),
    path("import/<key:pk>/faults/", views.faults, name="import_faults"),
    path("import/<key:pk>/again/", views.again, name="import_again"),
    path("import/<key:pk>/confirm/", views.confirm, name="import_confirm"),
    path("import/<key:pk>/throw-away/", views.throw_away, name="import_throw_away"),
]
