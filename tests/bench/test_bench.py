"""The bench runs end to end, and its floor does the same work as the run it is held against."""

import json
import os
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bench.__main__ import POSTGRES, Bench, main
from bench.figures import COMPUTING, FIGURES, PAGES, RATIO, broken

AGAINST_FLOOR = {"floor_s", "ratio", "reading_ratio", "computing_ratio", "writing_ratio"} | {
    "in_step_floor_s",
    "in_step_ratio",
}


def measured(database: str, folder: Path) -> dict[str, Any]:
    path = folder / "bench.json"
    assert (
        main(["--people", "10", "--rounds", "1", "--requests", "4", "--databases", database, "--json", str(path)]) == 0
    )
    report = json.loads(path.read_text())
    assert (report["people"], report["rounds"], report["left_out"]) == (10, 1, {})
    figures: dict[str, Any] = report["databases"][database]
    return figures


def test_the_bench_runs_end_to_end_on_sqlite(tmp_path: Path) -> None:
    figures = measured("sqlite", tmp_path)
    of_pages = {figure.key for figure in FIGURES if any(figure.key.startswith(f"{page}_") for page in PAGES)}
    assert {figure.key for figure in FIGURES} - set(figures) == AGAINST_FLOOR | of_pages
    assert figures["written"]["payslips"][0] == 10
    assert figures["queries_small"] == figures["queries_large"] == figures["queries_whole"]
    shares = [figures[f"{part}_share"] for part in ("reading", "computing", "writing", "garbage", "rest")]
    assert sum(shares) == pytest.approx(1)


def test_the_floor_writes_what_the_run_writes(tmp_path: Path) -> None:
    try:
        psycopg.connect(os.environ.get("POSTGRES_URL", POSTGRES), connect_timeout=3).close()
    except psycopg.OperationalError:
        if os.environ.get("CI"):
            raise
        pytest.skip("no PostgreSQL on this machine")
    figures = measured("postgresql", tmp_path)
    assert {figure.key for figure in FIGURES} <= set(figures)
    assert all(rows[0] for rows in figures["written"].values())
    assert figures["written"]["payslips"][1] > 0
    for case in ("", "in_step_"):
        assert figures[f"{case}floor_written"] == figures[f"{case}written"]


KEPT: dict[str, Any] = {
    "ratio": RATIO, "ms_a_person": COMPUTING, "queries_small": 3, "queries_large": 3, "queries_whole": 3,
    "written": {"payslips": [1, 5]}, "in_step_written": {"payslips": [1, 5]},
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"ratio": 2.51},
        {"in_step_ratio": 2.51},
        {"ms_a_person": 0.601},
        {"tonight_ratio": 2.01},
        {"queries_whole": 4},
        {"floor_written": {"payslips": [1, 4]}},
        {"written": {"payslips": [1, 4]}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_bound_that_is_broken_is_named(change: dict[str, Any]) -> None:
    assert broken({"sqlite": KEPT, "postgresql": KEPT}) == []
    assert len(broken({"sqlite": KEPT, "postgresql": KEPT | change})) == 1


@pytest.mark.parametrize(("flags", "ratio", "code"), [((), 9, 0), (("--check",), 9, 1), (("--check",), 2, 0)])
def test_a_broken_bound_is_an_error_only_where_that_was_asked(
    flags: tuple[str, ...], ratio: float, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bench, "measure", lambda bench: KEPT | {"ratio": ratio})
    path = str(tmp_path / "bench.json")
    assert main(["--people", "1", "--databases", "sqlite", "--json", path, *flags]) == code
