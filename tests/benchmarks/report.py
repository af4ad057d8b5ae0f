"""The measures as a table and as JSON."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tests.benchmarks.results import Goal, Measure, goals
from tests.benchmarks.sizes import Sizes


def write_json(file: Path, sizes: Sizes, measures: Sequence[Measure]) -> None:
    """All values, with what they were measured on."""
    report = {
        "machine": {"cpus": os.cpu_count(), "load": os.getloadavg(), "platform": platform.platform()},
        "python": platform.python_version(),
        "sizes": sizes,
        "measures": measures,
        "goals": [{**msgspec.structs.asdict(goal), "met": goal.met} for goal in goals(measures)],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


def show(console: Console, measures: Sequence[Measure]) -> None:
    """Medians, then goals."""
    table = Table("measure", "median", "unit", "runs", title="Measures", title_justify="left")
    for measure in measures:
        runs = " ".join(_number(value) for value in measure.values)
        table.add_row(measure.name, _number(measure.median), measure.unit, runs)
    console.print(table)
    table = Table("goal", "value", "bound", "", title="Goals", title_justify="left")
    for goal in goals(measures):
        table.add_row(goal.name, f"{_number(goal.value)} {goal.unit}", *_verdict(goal))
    console.print(table)


def _verdict(goal: Goal) -> tuple[str, str]:
    if goal.at_least is None and goal.at_most is None:
        return "", ""
    return _bound(goal), "met" if goal.met else "MISSED"


def _bound(goal: Goal) -> str:
    return f"at least {goal.at_least:g}" if goal.at_least is not None else f"at most {goal.at_most:g}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
