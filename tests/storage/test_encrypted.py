"""ID and bank numbers are unreadable in the database, and survive a change of keys."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from commissions.models import Payslip
from staff.models import Employee
from tests.house import House
from tests.workbooks import person

SECRET = "110101199003090012"


@pytest.fixture(scope="module")
def one(kept_house: House) -> House:
    kept_house.bring({"员工": [person(身份证号=SECRET, 银行卡号="6222000000000000012", 开户行="工商银行")]})
    return kept_house


def stored(table: str, column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return [row[0] for row in cursor.fetchall()]


def test_the_database_and_its_history_hold_tokens_and_python_the_text(one: House) -> None:
    assert Employee.objects.get().id_number == SECRET
    assert Employee.history.get().id_number == SECRET
    for table in ("staff_employee", "staff_historicalemployee"):
        (token,) = stored(table, "id_number")
        assert SECRET not in token
        assert token.startswith("gAAAA")


def test_rotation_writes_everything_under_the_first_key(one: House, settings: Any) -> None:
    one.run("2026-09")
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    call_command("rotate_keys", verbosity=0)
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert Employee.objects.get().id_number == SECRET
    assert Employee.history.get().bank_account == "6222000000000000012"
    assert Payslip.objects.get().bank_account == "6222000000000000012"
    settings.FIELD_ENCRYPTION_KEYS = [old]
    with pytest.raises(ImproperlyConfigured):
        Employee.objects.get()


def test_rotation_keeps_every_version_of_the_history(one: House, settings: Any) -> None:
    one.bring({"员工": [person(银行卡号="6222000000000000099")]})
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    call_command("rotate_keys", verbosity=0)
    versions = Employee.history.order_by("history_id").values_list("bank_account", flat=True)
    assert list(versions) == ["6222000000000000012", "6222000000000000099"]


def test_an_empty_value_stays_empty(house: House) -> None:
    house.bring({"员工": [person()]})
    assert Employee.objects.get().id_number == ""
    assert stored("staff_employee", "id_number") == [""]


def test_an_encrypted_field_cannot_be_searched(db: None) -> None:
    with pytest.raises(TypeError):
        Employee.objects.filter(id_number=SECRET)


def test_a_key_that_is_none_is_named(db: None, settings: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["short"]
    with pytest.raises(ImproperlyConfigured, match="FIELD_ENCRYPTION_KEYS"):
        Employee(id_number=SECRET)._meta.get_field("id_number").get_prep_value(SECRET)
