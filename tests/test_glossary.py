"""The glossary leads where it says."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (PROJECT / "docs" / "glossary.md").read_text().splitlines()
    if line.startswith("|") and not line.startswith(("| ---", "| on screen"))
]
CODE = "\n".join(
    path.read_text()
    for path in sorted(PROJECT.glob("*/**/*.py"))
    if not {".venv", "node_modules", "tests", "migrations", "var"} & set(path.relative_to(PROJECT).parts)
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_what_a_term_is_called_in_the_code_is_there(row: list[str]) -> None:
    assert len(row) == 4
    for name in re.findall(r"`([^`]+)`", row[2]):
        parts = name.split(".")
        assert re.search(rf"\b{re.escape(parts[-1])}\b", CODE), name
        if len(parts) > 2 and parts[0].islower():
            module = parts if parts[-1].islower() else parts[:-1]
            assert pkgutil.resolve_name(".".join(module)) is not None
            importlib.import_module(".".join(module))


def test_no_term_stands_twice() -> None:
    english = [row[1] for row in ROWS]
    assert len(english) == len(set(english)) >= 30
