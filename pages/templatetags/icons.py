"""Icons in templates: heroicons, each drawn once a process."""

from functools import cache
from typing import Any

from django import template
from heroicons.templatetags import heroicons

register = template.Library()
_outline = cache(heroicons.heroicon_outline)
_mini = cache(heroicons.heroicon_mini)


@register.simple_tag
def heroicon_outline(name: str, *, size: int = 24, **attributes: Any) -> str:
    """An icon drawn by its outline, with the attributes of its svg."""
    return _outline(name, size=size, **attributes)


@register.simple_tag
def heroicon_mini(name: str, *, size: int = 20, **attributes: Any) -> str:
    """A small filled icon, with the attributes of its svg."""
    return _mini(name, size=size, **attributes)
