"""The addresses."""

from allauth.account.decorators import secure_admin_login
from allauth.account.views import logout
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, register_converter

from dashboards.home import home, venue
from pages.converters import DayConverter, KeyConverter, MonthConverter

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.logout = logout  # type: ignore[method-assign]  # Django's own takes a POST alone
register_converter(DayConverter, "day")
register_converter(KeyConverter, "key")
register_converter(MonthConverter, "month")

handler400 = "pages.errors.bad_request"
handler403 = "pages.errors.permission_denied"
handler500 = "pages.errors.server_error"

at_a_venue: list[URLPattern | URLResolver] = [
    path("", venue, name="venue"),
    path("", include("attendance.urls")),
    path("", include("bookings.urls")),
    path("", include("commissions.urls")),
    path("", include("comps.urls")),
    path("", include("dashboards.urls")),
    path("", include("dashboards.hr_files.urls")),
    path("", include("inbox.urls")),
    path("", include("staff.users.urls")),
    path("", include("violations.urls")),
    path("", include("workbook.urls")),
]
urlpatterns = [
    path("", home, name="home"),
    path("v/<slug:code>/", include(at_a_venue)),
    path("", include("accounts.urls")),
    path("", include("pages.urls")),
    path("admin/", admin.site.urls),
]
