"""The figures as a table for people and as JSON for programs."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tests.evaluation.figure import Figure

COLUMNS = ("detector", "set", "metric", "naive", "score", "95 % interval", "goal", "", "cases", "us/message")
WIDTH = 150
"""The table is written whole, to a file too."""


def table(figures: Sequence[Figure]) -> Table:
    """One line a figure."""
    drawn = Table(*COLUMNS, title="Detection, measured", box=None, pad_edge=False)
    for figure in figures:
        reached = {True: "yes", False: "no", None: ""}[figure.reached]
        score, low, high = figure.estimate.score, figure.estimate.low, figure.estimate.high
        between = "" if low is None or high is None else f"{low:.3g} to {high:.3g}"
        drawn.add_row(
            figure.detector, figure.set, figure.metric, _number(figure.naive), _number(score), between,
            _number(figure.goal), reached, str(figure.cases), _number(figure.cost_us),
        )  # fmt: skip
    return drawn


def write(figures: Sequence[Figure], out: Path) -> None:
    """Print the table and write the JSON."""
    console = Console(width=WIDTH)
    console.print(table(figures))
    for figure in figures:
        if figure.published:
            console.print(f"Published on {figure.set}: {figure.published}.")
        if figure.breakdown:
            alarms = ", ".join(f"{pattern} {times}" for pattern, times in figure.breakdown.items())
            console.print(f"False alarms on {figure.set}: {alarms}.")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(msgspec.json.format(msgspec.json.encode(list(figures))) + b"\n")
    console.print(f"{len(figures)} figures in {out}")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
