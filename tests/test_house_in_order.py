"""One word, one meaning: a name leads to one place."""

import ast
import tomllib
from collections import defaultdict
from pathlib import Path

PROJECT = Path(__file__).parent.parent
APPS = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
ROOMS = {
    *("models", "services", "selectors", "display", "forms", "views", "urls", "exports", "tasks", "admin"),
    *("history", "consequences", "inputs", "locking", "errors", "apps", "message_kinds"),
}
"""The rooms that every package may have, as the README tells them."""
MOST = 2
FROM_DJANGO = {"Command"}


def modules() -> list[Path]:
    return [
        path
        for app in APPS
        for path in sorted((PROJECT / app).rglob("*.py"))
        if "migrations" not in path.parts and path.stem != "__init__"
    ]


def test_no_public_class_name_stands_in_more_than_two_modules() -> None:
    places = defaultdict(list)
    for path in modules():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(PROJECT)))
    assert {name: at for name, at in places.items() if len(at) > MOST and name not in FROM_DJANGO} == {}


def test_no_module_name_but_the_rooms_stands_in_more_than_two_packages() -> None:
    places = defaultdict(list)
    for path in modules():
        places[path.stem].append(str(path.relative_to(PROJECT)))
    assert {name: at for name, at in places.items() if len(at) > MOST and name not in ROOMS} == {}


def test_every_package_says_in_one_sentence_what_it_is_about() -> None:
    silent = [
        str(path.parent.relative_to(PROJECT))
        for app in APPS
        for path in (PROJECT / app).rglob("__init__.py")
        if "migrations" not in path.parts and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
