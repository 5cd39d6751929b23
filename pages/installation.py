"""Serve what an installed page needs: manifest, service worker, offline page."""

import hashlib
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

DARK, LIGHT = "#0c0f14", "#f4f6f8"  # the ground of either theme, as in assets/taizhang.css
KEPT = (
    "@tabler/core/dist/css/tabler.min.css",
    "taizhang.css",
    "taizhang.js",
    "forms.js",
    "theme.js",
    "icon.svg",
    "django_htmx/htmx-2.min.js",
)
_ICONS = (("any", 192), ("any", 512), ("maskable", 192), ("maskable", 512))


@require_safe
@never_cache
@vary_on_cookie
def manifest(request: HttpRequest) -> HttpResponse:
    """The name, the icons and the colours with which the pages are installed, in the reader's language."""
    icons = [
        {
            "src": static(f"icons/{purpose}-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for purpose, size in _ICONS
    ]
    described = {
        "id": "/",
        "name": _("Taizhang"),
        "short_name": _("Taizhang"),
        "description": _("The ledger of tables: shifts, bookings, pay."),
        "lang": get_language(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": DARK,
        "theme_color": DARK,
        "icons": icons,
    }
    return JsonResponse(described, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
@never_cache
@vary_on_cookie
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker that keeps the static files and the offline page, and nothing else.

    Its text changes with the files' names, the language and the theme, so that a browser replaces it then.
    """
    files = kept_files()
    state = repr((files, get_language(), request.COOKIES.get("theme")))
    version = hashlib.sha256(state.encode()).hexdigest()[:12]
    return render(
        request, "pages/sw.js", {"version": version, "files": files}, content_type="text/javascript; charset=utf-8"
    )


def kept_files() -> list[str]:
    """The addresses that may be kept for good: those that change their name when their content does."""
    addresses = {name: static(name) for name in KEPT}
    return [address for name, address in addresses.items() if unquote(address) != f"{settings.STATIC_URL}{name}"]


@require_safe
@never_cache
@vary_on_cookie
def offline(request: HttpRequest) -> HttpResponse:
    """What stands in for any page while there is no network; it says nothing about anybody."""
    return render(request, "pages/offline.html")
