"""What belongs to every page: the theme and the language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.requests import came_from, following

THEMES = ("light", "dark")
_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme chosen in a cookie; anything else than light or dark follows the system."""
    response = _back(request)
    theme = request.POST.get("theme")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    elif request.method == "POST":
        response.delete_cookie("theme")
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language chosen in a cookie."""
    response = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=_YEAR,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return response


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the choice was made on."""
    return redirect(following(request) or came_from(request, "/"))
