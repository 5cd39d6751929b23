"""The addresses."""

from allauth.account.decorators import secure_admin_login
from allauth.account.views import login, logout
from django.contrib import admin
from django.urls import include, path

from dashboards.views import home

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home, name="home"),
    path("sign-in/", login, name="account_login"),
    path("sign-out/", logout, name="account_logout"),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
