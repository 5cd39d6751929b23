"""Yuan in Python, whole fen in the database."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from rulebook.money import yuan

MAX_DIGITS = 15
LIMIT = Decimal(10) ** (MAX_DIGITS - 2) - Decimal("0.01")


class MoneyField(models.BigIntegerField):  # type: ignore[type-arg]
    """An amount in yuan with two places, exact on every database.

    Right in filters, ``MoneySum``, Max, forms, admin, history. No arithmetic on it inside a query: the
    database knows fen, and ``F() + 1`` is one fen (a test keeps such expressions out).
    """

    description = _("Amount in yuan")

    # What the type checker reads: amounts go in and come out as Decimal.
    _pyi_private_set_type: Decimal | int | str  # type: ignore[assignment]
    _pyi_private_get_type: Decimal  # type: ignore[assignment]
    _pyi_lookup_exact_type: Decimal | int | str  # type: ignore[assignment]

    def get_prep_value(self, value: Any) -> int | None:
        if value is None or hasattr(value, "resolve_expression"):
            return cast(int | None, value)
        return fen(self._exact(value))

    def from_db_value(self, value: int | None, *args: Any) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-2)

    def to_python(self, value: Any) -> Decimal | None:
        return None if value is None else self._exact(value)

    def _exact(self, value: Any) -> Decimal:
        if isinstance(value, str):
            value = value.strip()
        try:
            return yuan(value)
        except (ValueError, TypeError, ArithmeticError):
            raise ValidationError(
                _("%(value)s is not an amount in yuan with at most two decimals."),
                code="invalid",
                params={"value": value},
            ) from None

    @property
    def validators(self) -> list[Any]:
        return [
            *self._validators,  # type: ignore[attr-defined]
            MinValueValidator(-LIMIT),
            MaxValueValidator(LIMIT),
            DecimalValidator(MAX_DIGITS, 2),
        ]

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        defaults: dict[str, Any] = {"form_class": forms.DecimalField, "max_digits": MAX_DIGITS, "decimal_places": 2}
        return models.Field.formfield(self, **(defaults | kwargs))

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)


class MoneySum(models.Sum):
    """The sum of a MoneyField in yuan; 0.00 where there is nothing to add."""

    def __new__(cls, field: str, **extra: Any) -> Coalesce:  # type: ignore[misc]
        return Coalesce(models.Sum(field, output_field=MoneyField(), **extra), 0, output_field=MoneyField())


def fen(amount: Decimal) -> int:
    """Yuan with two places as whole fen."""
    return int(amount.scaleb(2))
