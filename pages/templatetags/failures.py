"""Template tag for the words of failures: built once a process and language."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

register = template.Library()


@cache
def _failures(language: str | None) -> str:
    return render_to_string("pages/_failures.html")


@register.simple_tag
def failures() -> str:
    """The templates of what is said, in the reader's language."""
    return _failures(get_language())
