"""Names found and sorted by their sound, by the worked cases of ``pinyin.yaml``; the key follows the name."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from accounts.models import User
from accounts.permissions import Role
from customers.models import Customer
from pages.tables import holds
from staff.models import Employee
from storage.pinyin import LONGEST, is_found, key_of
from storage.rows import insert_rows, update_rows
from tests.house import House
from tests.pages.looking import as_role, at, text_of
from tests.workbooks import person


def _cases() -> Iterator[Any]:
    for group in yaml.safe_load((Path(__file__).parent / "pinyin.yaml").read_text(encoding="utf-8")):
        for name, typed in group["names"].items():
            yield pytest.param(name, typed["found"], typed["not"], id=key_of(name) or repr(name).encode().hex())


@pytest.mark.parametrize(("name", "found", "strange"), list(_cases()))
def test_a_name_is_found_by_its_sound(name: str, found: list[str], strange: list[str]) -> None:
    assert [typed for typed in found if not is_found(typed, name)] == []
    assert [typed for typed in strange if is_found(typed, name)] == []


def test_names_sort_by_syllables() -> None:
    names = ["张三", "连战", "李伟国", "单刚", "李伟", "李安", "曾伟", "阿里", "利安"]
    assert sorted(names, key=key_of) == ["阿里", "李安", "利安", "李伟", "李伟国", "连战", "单刚", "曾伟", "张三"]


def test_a_long_name_has_a_key_that_fits() -> None:
    assert len(key_of("装" * 60)) <= LONGEST
    assert len(key_of("x" * 60)) <= LONGEST


@pytest.fixture(scope="module")
def staff(kept_house: House) -> House:
    names = ("刘洋", "李伟", "单刚", "曾伟", "安娜")
    kept_house.bring({"员工": [person(f"E{place}", 姓名=name) for place, name in enumerate(names)]})
    return kept_house


def _new(house: House, **more: Any) -> Employee:
    return Employee(venue=house.venue, number="N1", name="仇英", hired_on=date(2026, 1, 1), **more)


def _saved(house: House) -> None:
    _new(house).save()


def _made_in_bulk(house: House) -> None:
    Employee.objects.bulk_create([_new(house)])


def _renamed(house: House) -> None:
    row = Employee.objects.get(number="E0")
    row.name, row.number = "仇英", "N1"
    row.save(update_fields=["name", "number"])


def _updated(house: House) -> None:
    Employee.objects.filter(number="E0").update(name="仇英", number="N1")


def _updated_in_bulk(house: House) -> None:
    row = Employee.objects.get(number="E0")
    row.name, row.number = "仇英", "N1"
    Employee.objects.bulk_update([row], ["name", "number"])


def _inserted_past_the_models(house: House) -> None:
    names = ("venue", "number", "name", "id_number", "phone", "hired_on", "exit_kind", "bank_name", "bank_account")
    insert_rows(Employee, names, [(house.venue.pk, "N1", "仇英", "", "", date(2026, 1, 1), "", "", "")])


def _updated_past_the_models(house: House) -> None:
    update_rows(Employee, ["number", "name"], [(Employee.objects.get(number="E0").pk, "N1", "仇英")])


def _imported(house: House) -> None:
    house.bring({"员工": [person("N1", 姓名="仇英")]})


@pytest.mark.parametrize(
    "write",
    [_saved, _made_in_bulk, _renamed, _updated, _updated_in_bulk, _inserted_past_the_models, _updated_past_the_models,
     _imported],
)  # fmt: skip
def test_the_key_follows_the_name_however_it_is_written(staff: House, write: Callable[[House], None]) -> None:
    write(staff)
    assert Employee.objects.get(number="N1").name_pinyin == key_of("仇英")
    assert Employee.objects.filter(holds("qy", "name", "name_pinyin")).count() == 1


def test_what_would_fall_out_of_step_is_refused(staff: House) -> None:
    with pytest.raises(TypeError, match="name_pinyin"):
        Employee.objects.update(name=Customer.objects.values("name")[:1])


def test_a_users_key_follows_the_name_too(db: None) -> None:
    user = User.objects.create(username="dan", name="单刚")
    assert user.name_pinyin == key_of("单刚")
    User.objects.filter(pk=user.pk).update(name="曾伟")
    user.refresh_from_db()
    assert user.name_pinyin == key_of("曾伟")
    user.name = "仇英"
    user.save(update_fields=["name"])
    user.refresh_from_db()
    assert user.name_pinyin == key_of("仇英")


@pytest.mark.parametrize("typed", ["shan", "sg", "单", "ＳＨＡＮ"])
def test_the_list_of_people_finds_them_by_their_sound(staff: House, typed: str) -> None:
    shown = text_of(as_role(staff, Role.HR).get(at(staff, "people"), {"q": typed}))
    assert "单刚" in shown
    assert "曾伟" not in shown


def test_the_list_of_people_sorts_by_sound(staff: House) -> None:
    shown = text_of(as_role(staff, Role.HR).get(at(staff, "people"), {"sort": "name"}))
    places = [shown.index(name) for name in ("安娜", "李伟", "刘洋", "单刚", "曾伟")]
    assert places == sorted(places)
