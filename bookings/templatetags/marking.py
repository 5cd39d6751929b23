"""Template filter that marks a search term in its results."""

from django import template
from django.utils.html import format_html

register = template.Library()


@register.filter
def marked(text: str, wanted: str) -> str:
    """The text with the first place that matches marked, whatever its case."""
    wanted = (wanted or "").strip()
    at = text.casefold().find(wanted.casefold()) if wanted else -1
    if at < 0 or len(text.casefold()) != len(text):  # a folded letter may be longer than what it stands for
        return text
    end = at + len(wanted)
    return format_html("{}<mark>{}</mark>{}", text[:at], text[at:end], text[end:])
