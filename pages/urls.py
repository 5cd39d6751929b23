"""The addresses of what belongs to every page."""

from django.urls import path

from pages.installation import manifest, offline, service_worker
from pages.views import set_language, set_theme

urlpatterns = [
    path("manifest.webmanifest", manifest, name="manifest"),
    path("sw.js", service_worker, name="service_worker"),
    path("offline/", offline, name="offline"),
    path("language/setlang/", set_language, name="set_language"),
    path("theme/", set_theme, name="set_theme"),
]
