"""Heads of tables that sort, in templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from pages.tables import Order

register = template.Library()


@register.simple_tag
def sort_head(head: Order, label: str, look: str) -> SafeString:
    """A column's head that leads to the table sorted by it; ``look`` is its class."""
    order = mark_safe(f' aria-sort="{head.order}"') if head.order else ""
    return format_html('<th scope="col" class="{}"{}><a href="{}">{}</a></th>', look, order, head.address, label)
