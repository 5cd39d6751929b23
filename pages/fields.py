"""Fields that many forms share."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from pages.converters import FIRST, LAST
from rulebook.calendar import DAY


class Day(forms.DateField):
    """A day of the months that addresses name: each has a day, a shift and a month after it."""

    default_validators = [MinValueValidator(FIRST.next.first), MaxValueValidator(LAST.first - DAY)]
