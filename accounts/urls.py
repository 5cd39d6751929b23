"""The addresses of signing in, and of what secures it: of allauth's, these alone."""

from allauth.account.views import login, logout, password_change, reauthenticate
from allauth.mfa.base.views import authenticate, index, reauthenticate as reauthenticate_by_code
from allauth.mfa.recovery_codes.views import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.usersessions.views import ListUserSessionsView
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from accounts.forms import EndSessions
from accounts.views import SetPassword

own_sessions = ListUserSessionsView.as_view(form_class=EndSessions)

urlpatterns = [
    path("sign-in/", login, name="account_login"),
    path("sign-in/code/", never_cache(authenticate), name="mfa_authenticate"),
    path("sign-out/", logout, name="account_logout"),
    path("security/", never_cache(index), name="mfa_index"),
    path("security/confirm/", never_cache(reauthenticate), name="account_reauthenticate"),
    path("security/confirm/code/", never_cache(reauthenticate_by_code), name="mfa_reauthenticate"),
    path("security/password/", never_cache(password_change), name="account_change_password"),
    path("security/sessions/", never_cache(own_sessions), name="usersessions_list"),
    re_path(
        r"^new-password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        never_cache(SetPassword.as_view()),
        name="account_reset_password_from_key",
    ),
    path("security/app/", never_cache(activate_totp), name="mfa_activate_totp"),
    path("security/app/off/", never_cache(deactivate_totp), name="mfa_deactivate_totp"),
    path("security/codes/", never_cache(view_recovery_codes), name="mfa_view_recovery_codes"),
    path("security/codes/new/", never_cache(generate_recovery_codes), name="mfa_generate_recovery_codes"),
]
