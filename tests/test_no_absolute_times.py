"""No test asserts how long something took: a busy machine would fail it. Count the work, or take a ratio."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CLOCKS = {"time", "perf_counter", "process_time", "thread_time", "monotonic"}
CLOCKS |= {f"{name}_ns" for name in CLOCKS}
SPANS = {"took", "elapsed", "duration", "spent"}


def _reads_a_clock(node: ast.AST) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr in CLOCKS and isinstance(function.value, ast.Name) and function.value.id == "time"
    return isinstance(function, ast.Name) and function.id in CLOCKS - {"time"}


def _is_a_span(node: ast.AST, spans: set[str]) -> bool:
    """A difference of clocks, a name that was given one, or a value named as one."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        return any(_reads_a_clock(part) for part in ast.walk(node))
    if isinstance(node, ast.Name):
        return node.id in spans | SPANS
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value in (SPANS | {"seconds"})
    )


def _is_a_bound(node: ast.AST) -> bool:
    """A number, or a constant: what a span may be held against is another span times something."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def timed_asserts(source: str) -> list[int]:
    """The lines that hold a span of time against a number."""
    tree = ast.parse(source)
    spans = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_a_span(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            for compared in ast.walk(node.test):
                if isinstance(compared, ast.Compare):
                    sides = [compared.left, *compared.comparators]
                    if any(_is_a_span(side, spans) for side in sides) and any(map(_is_a_bound, sides)):
                        found.append(node.lineno)
    return found


def test_no_test_holds_a_time_against_a_number() -> None:
    found = {
        f"{path.relative_to(TESTS)}:{line}"
        for path in TESTS.rglob("*.py")
        for line in timed_asserts(path.read_text(encoding="utf-8"))
    }
    assert sorted(found) == []


@pytest.mark.parametrize(
    ("source", "is_timed"),
    [
        ("assert time.process_time() - begun < 5", True),
        ("assert time.process_time() - begun < SOON", True),
        ("assert 30 > time.monotonic() - since", True),
        ("assert perf_counter() - since < 0.5 and done", True),
        ("spent = time.time() - since\nassert spent <= 2", True),
        ("took = measure()\nassert took < 2", True),
        ('assert told["seconds"] < SOON', True),
        ("assert one < 3 * other", False),
        ("took = measure()\nassert took < 3 * reference", False),
        ("assert time.monotonic() < deadline", False),
        ("assert lease - timedelta(seconds=1) < now", False),
    ],
)
def test_what_holds_a_time_against_a_number_is_found(source: str, is_timed: bool) -> None:
    assert bool(timed_asserts(source)) == is_timed
