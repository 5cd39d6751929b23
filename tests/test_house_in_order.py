"""One word, one meaning: a name leads to one place."""

import ast
import re
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
REFUSALS, COMMANDS = "pages/acting.py", "venues/commands.py"
BOUNDS, ADMIN = "pages/bounds.py", "venues/admin.py"
"""Addresses of what no database holds, and the admin's pages: who asks there is at no venue."""
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


def test_what_is_refused_becomes_words_in_one_place() -> None:
    by_hand = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in modules()
        if not may_catch_refusals(path.relative_to(PROJECT))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and catches_refused(node)
    ]
    assert by_hand == [], "call the service within pages.acting.act (or Attempt) instead"


def test_what_is_not_here_is_said_in_one_place() -> None:
    by_hand = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in modules()
        if str(path.relative_to(PROJECT)) not in (REFUSALS, BOUNDS, ADMIN)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name) and node.id in ("Http404", "get_object_or_404")
    ]
    assert by_hand == [], "use pages.acting.found or not_here instead"


def may_catch_refusals(path: Path) -> bool:
    """Services act on what other services refuse; the demo lives on; commands say it on the terminal."""
    if path.parts[0] == "demo" or str(path) in (REFUSALS, COMMANDS):
        return True
    return "services" in path.parts or path.stem.endswith("services")


def catches_refused(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and any(
        isinstance(node, ast.Name) and node.id == "Refused" for node in ast.walk(handler.type)
    )


def test_every_package_says_in_one_sentence_what_it_is_about() -> None:
    silent = [
        str(path.parent.relative_to(PROJECT))
        for app in APPS
        for path in (PROJECT / app).rglob("__init__.py")
        if "migrations" not in path.parts and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


# --- templates --------------------------------------------------------------------------------------------
TEMPLATES = PROJECT / "templates"
NAMED = re.compile(r"""["']((?:[\w-]+/)*[\w-]+\.(?:html|js|txt))["']""")
BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "413.html", "500.html"}
BY_LIBRARIES = ("account/", "mfa/", "usersessions/", "django/")
"""Templates of these folders stand in for those of Django and allauth, which name them."""


def templates() -> dict[str, str]:
    return {
        str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8")
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file()
    }


def named_templates() -> set[str]:
    """What code and templates name as a template of an app, or of the pages in common."""
    texts = [*templates().values()]
    texts += [path.read_text() for app in [*APPS, "config"] for path in sorted((PROJECT / app).rglob("*.py"))]
    return {name for text in texts for name in NAMED.findall(text)}


def test_every_template_that_is_named_exists() -> None:
    folders = {name.partition("/")[0] for name in templates() if "/" in name} - {"django"}
    named = {name for name in named_templates() if name.endswith(".html") and name.partition("/")[0] in folders}
    assert {name for name in named if name not in templates()} == set()


def test_every_template_is_named_by_somebody() -> None:
    kept = {name for name in templates() if name not in BY_DJANGO and not name.startswith(BY_LIBRARIES)}
    assert kept - named_templates() == set()


def test_no_line_of_a_template_is_longer_than_140_characters() -> None:
    long = [
        f"{name}:{number}"
        for name, text in templates().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if len(line) > 140
    ]
    assert long == []


def test_no_template_has_more_than_150_lines() -> None:
    assert {name: len(text.splitlines()) for name, text in templates().items() if text.count("\n") > 150} == {}
