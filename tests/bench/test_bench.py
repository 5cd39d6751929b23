"""The bench runs end to end, and its floor does the same work as the run it is held against."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import Bench, main, recorded_in
from bench.figures import COMPUTING, FIGURES, PAGES, RATIO, READING, broken
from tests.databases import Templates
from tests.processes import python_m

AGAINST_FLOOR = {"floor_s", "ratio", "reading_ratio", "computing_ratio", "writing_ratio"} | {
    "in_step_floor_s",
    "in_step_ratio",
}


@pytest.fixture(autouse=True)
def steps_are_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bench, "python_m", staticmethod(python_m))
    monkeypatch.setattr(Bench, "forked", True)


def measured(database: str, template: str, folder: Path) -> dict[str, Any]:
    path = folder / "bench.json"
    sizes = ("--people", "10", "--rounds", "1", "--requests", "4")
    code = main([*sizes, "--databases", database, "--json", str(path)], {database: template})
    report = json.loads(path.read_text())
    assert code == bool(report["broken"])  # of ten people, timed once, times say nothing
    assert (report["people"], report["rounds"], report["left_out"]) == (10, 1, {})
    figures: dict[str, Any] = report["databases"][database]
    return figures


def test_the_bench_runs_end_to_end_on_sqlite(templates: Templates, tmp_path: Path) -> None:
    figures = measured("sqlite", f"sqlite:///{templates.sqlite()}", tmp_path)
    of_pages = {figure.key for figure in FIGURES if any(figure.key.startswith(f"{page}_") for page in PAGES)}
    assert {figure.key for figure in FIGURES} - set(figures) == AGAINST_FLOOR | of_pages
    assert figures["written"]["payslips"][0] == 10
    assert figures["queries_small"] == figures["queries_large"] == figures["queries_whole"]
    shares = [figures[f"{part}_share"] for part in ("reading", "computing", "writing", "garbage", "rest")]
    assert sum(shares) == pytest.approx(1)


def test_the_floor_writes_what_the_run_writes(templates: Templates, tmp_path: Path) -> None:
    with templates.clone() as template:
        figures = measured("postgresql", template, tmp_path)
    assert {figure.key for figure in FIGURES} <= set(figures)
    assert all(rows[0] for rows in figures["written"].values())
    assert figures["written"]["payslips"][1] > 0
    for case in ("", "in_step_"):
        assert figures[f"{case}floor_written"] == figures[f"{case}written"]


KEPT: dict[str, Any] = {
    "ratio": RATIO, "reading_ratio": READING, "computing_ratio": COMPUTING, "run_s": 2.0,
    "queries_small": 3, "queries_large": 3, "queries_whole": 3,
    "written": {"payslips": [1, 5]}, "in_step_written": {"payslips": [1, 5]},
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"ratio": 1.91},
        {"in_step_ratio": 1.91},
        {"reading_ratio": 3.51},
        {"computing_ratio": 1.36},
        {"tonight_ratio": 2.01},
        {"month_ratio": 2.01},
        {"export_ratio": 0.61},
        {"export_memory_mb": 151},
        {"large_month_ratio": 2.01},
        {"queries_whole": 4},
        {"floor_written": {"payslips": [1, 4]}},
        {"written": {"payslips": [1, 4]}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_bound_that_is_broken_is_named(change: dict[str, Any]) -> None:
    assert broken({"sqlite": KEPT, "postgresql": KEPT}) == []
    assert len(broken({"sqlite": KEPT, "postgresql": KEPT | change})) == 1


def bench(folder: Path, monkeypatch: pytest.MonkeyPatch, *flags: str, people: int = 1, **change: Any) -> int:
    """The bench's exit where it would measure what is kept, with this change."""
    monkeypatch.setattr(Bench, "measure", lambda bench: KEPT | change)
    monkeypatch.setattr("bench.__main__.write_month", lambda path, people: None)
    paths = ("--json", str(folder / "bench.json"), "--recorded", str(folder / "recorded.json"))
    return main(["--people", str(people), "--databases", "sqlite", *paths, *flags])


def test_the_bench_ends_red_where_a_bound_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bench(tmp_path, monkeypatch) == 0
    assert bench(tmp_path, monkeypatch, ratio=RATIO + 0.1) == 1


def test_figures_are_recorded_where_that_is_asked_and_those_to_come_held_against_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench(tmp_path, monkeypatch)
    assert not (tmp_path / "recorded.json").exists()
    bench(tmp_path, monkeypatch, "--record")
    kept = recorded_in(tmp_path / "recorded.json")
    assert kept["databases"]["sqlite"]["run_s"] == 2
    assert "written" not in kept["databases"]["sqlite"]
    capsys.readouterr()
    bench(tmp_path, monkeypatch, run_s=5.0)
    told = capsys.readouterr().out
    assert "2.50" in told
    assert f"recorded at {kept['commit']}" in " ".join(told.split())
    bench(tmp_path, monkeypatch, people=2, run_s=5.0)
    assert "2.50" not in capsys.readouterr().out, "held against figures of another month"
