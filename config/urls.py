"""The addresses."""

from allauth.account.decorators import secure_admin_login
from allauth.account.views import login, logout
from django.contrib import admin
from django.urls import include, path, register_converter

from dashboards.views import home, venue
from pages.converters import MonthConverter
from pages.views import set_theme

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
register_converter(MonthConverter, "month")

urlpatterns = [
    path("", home, name="home"),
    path("v/<slug:code>/", venue, name="venue"),
    path("v/<slug:code>/", include("commissions.urls")),
    path("v/<slug:code>/", include("inbox.urls")),
    path("sign-in/", login, name="account_login"),
    path("sign-out/", logout, name="account_logout"),
    path("language/", include("django.conf.urls.i18n")),
    path("theme/", set_theme, name="set_theme"),
    path("admin/", admin.site.urls),
]
