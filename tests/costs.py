"""What the tests cost: the CPU time of each, of all, the slowest twenty."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.processes import cpu_of_forked

MOST_A_CASE = 0.08
"""Seconds of CPU that a case may cost on average, whatever is added."""
SLOWEST = 20
_BEGUN = pytest.StashKey[float]()


def _cpu() -> float:
    """Seconds of CPU that this process and those it has waited for have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system + cpu_of_forked()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.stash[_BEGUN] = _cpu()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report: Any = yield
    if call.when == "teardown":
        report.cpu = _cpu() - item.stash[_BEGUN]  # goes with the report from a worker to the one that prints
    return report


class Costs:
    """The costs as the reports tell them, printed at the end."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            self.seconds[report.nodeid] = getattr(report, "cpu", 0.0)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if len(self.seconds) < SLOWEST:
            return
        total, cases = sum(self.seconds.values()), len(self.seconds)
        terminalreporter.section(f"what {cases} cases cost: {total:.0f} s of CPU, {total / cases:.3f} s a case")
        for name, cost in sorted(self.seconds.items(), key=lambda found: -found[1])[:SLOWEST]:
            terminalreporter.line(f"{cost:7.2f} s  {name}")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Costs(), "costs")
