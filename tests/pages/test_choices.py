"""Ticks and radios stand as the server says: no browser puts them back by their place when one goes back."""

import re
from pathlib import Path

import pytest
from django import forms

from tests.conftest import EXAMPLES

TEMPLATES = EXAMPLES.parent / "templates"
CHOICES = re.compile(r"""<input\b[^>]*type="(?:radio|checkbox)"[^>]*>|<select\b[^>]*>""")
PAIRS = [("one", "1"), ("two", "2")]


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_choice_in_a_template_is_not_restored_by_its_place(path: Path) -> None:
    bare = re.sub(r"{%.*?%}|{{.*?}}", "", path.read_text(encoding="utf-8"))
    assert [choice for choice in CHOICES.findall(bare) if 'autocomplete="off"' not in choice] == []


@pytest.mark.parametrize(
    ("widget", "choices"),
    [
        (forms.CheckboxInput(), 1),
        (forms.RadioSelect(choices=PAIRS), 2),
        (forms.CheckboxSelectMultiple(choices=PAIRS), 2),
        (forms.Select(choices=PAIRS), 1),
        (forms.SelectMultiple(choices=PAIRS), 1),
        (forms.NullBooleanSelect(), 1),
    ],
)
def test_a_choice_of_a_form_is_not_restored_by_its_place(widget: forms.Widget, choices: int) -> None:
    class Asked(forms.Form):
        what = forms.Field(widget=widget)

    shown = Asked()["what"].as_widget()
    assert len(CHOICES.findall(shown)) == choices
    assert shown.count('autocomplete="off"') == choices
