"""Money is exact on every database, and no expression does arithmetic on fen."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.serializers import deserialize, serialize
from django.db import models
from django.db.models import Max, Sum

from commissions.models import Bonus
from storage.money import MoneyField, MoneySum, fen
from tests.house import House
from tests.workbooks import person

ROOT = Path(__file__).parent.parent.parent
AMOUNTS = [Decimal("0.10"), Decimal("0.20"), Decimal("0.70")] * 111


@pytest.fixture
def bonuses(house: House) -> list[Bonus]:
    rows = [
        {"工号": "A", "月份": "2026-09", "事由": f"{place}", "金额": str(amount)}
        for place, amount in enumerate(AMOUNTS)
    ]
    house.bring({"员工": [person()], "奖金": rows})
    return list(Bonus.objects.all())


def test_amounts_come_back_as_decimals_with_two_places(bonuses: list[Bonus]) -> None:
    assert {str(bonus.amount) for bonus in bonuses} == {"0.10", "0.20", "0.70"}


def test_sums_maxima_and_filters_are_exact(bonuses: list[Bonus]) -> None:
    found = Bonus.objects.aggregate(sum=Sum("amount"), money=MoneySum("amount"), most=Max("amount"))
    assert found == {"sum": Decimal("111.00"), "money": Decimal("111.00"), "most": Decimal("0.70")}
    assert Bonus.objects.filter(amount=Decimal("0.70")).count() == 111
    assert Bonus.objects.filter(amount__gt=Decimal("0.20")).count() == 111
    assert Bonus.objects.filter(amount__in=[Decimal("0.10"), "0.20"]).count() == 222


def test_the_sum_of_nothing_is_zero_yuan(db: None) -> None:
    assert Bonus.objects.aggregate(money=MoneySum("amount"))["money"] == Decimal("0.00")


@pytest.mark.parametrize("wrong", ["1.234", Decimal("0.001"), 1.5, "many", Decimal("NaN"), ""])
def test_what_is_no_exact_amount_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        MoneyField().get_prep_value(wrong)


def test_forms_take_and_show_yuan(bonuses: list[Bonus]) -> None:
    field = Bonus._meta.get_field("amount").formfield()
    assert field is not None
    assert field.clean("12.34") == Decimal("12.34")
    for wrong in ("12.345", "x"):
        with pytest.raises(ValidationError):
            field.clean(wrong)


def test_amounts_beyond_the_column_are_refused(bonuses: list[Bonus]) -> None:
    bonus = bonuses[0]
    bonus.amount = Decimal("99999999999999.00")
    with pytest.raises(ValidationError):
        bonus.full_clean()


def test_fixtures_and_history_keep_the_amount(bonuses: list[Bonus]) -> None:
    (copy,) = deserialize("json", serialize("json", bonuses[:1]))
    assert copy.object.amount == bonuses[0].amount
    assert bonuses[0].history.get().amount == bonuses[0].amount


def test_fen_are_whole() -> None:
    assert (fen(Decimal("12.34")), fen(Decimal("-0.01"))) == (1234, -1)


def money_names() -> set[str]:
    return {
        field.name
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, MoneyField)
    }


def arithmetic_on(names: set[str], source: str) -> list[int]:
    """The lines on which a query's ``F`` of money is reckoned with anything but another such ``F``."""

    def is_money(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "F"
            and isinstance(node.args[0], ast.Constant)
            and str(node.args[0].value).split("__")[-1] in names
        )

    def is_sum_of_money(node: ast.AST) -> bool:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            return is_sum_of_money(node.left) and is_sum_of_money(node.right)
        return is_money(node)

    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp) and any(map(is_money, ast.walk(node))) and not is_sum_of_money(node):
            found.append(node.lineno)
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Avg"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and str(node.args[0].value).split("__")[-1] in names
        ):
            found.append(node.lineno)
    return found


def test_no_expression_reckons_with_money_and_numbers() -> None:
    names = money_names()
    assert arithmetic_on(names, "F('amount') + 1") == [1]
    assert arithmetic_on(names, "F('net') * F('days')") == [1]
    assert arithmetic_on(names, "Avg('amount')") == [1]
    assert arithmetic_on(names, "F('base') + F('bonus')") == []
    for path in ROOT.glob("*/*.py"):
        if path.parent.name not in ("tests", ".venv"):
            assert arithmetic_on(names, path.read_text(encoding="utf-8")) == [], path


def test_no_model_has_a_float() -> None:
    kinds = {type(field) for model in apps.get_models() for field in model._meta.concrete_fields}
    assert models.FloatField not in kinds
    assert models.DecimalField not in kinds
