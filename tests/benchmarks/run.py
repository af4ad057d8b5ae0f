"""Runs groups of measurements, one after the other."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from app.errors import RingfenceError
from tests.benchmarks.results import Measure
from tests.benchmarks.running import BenchmarkError
from tests.benchmarks.sizes import Sizes
from tests.benchmarks.suite import GROUPS, Task


class UnknownGroupError(RingfenceError):
    """A group that there is not."""


def run(only: Sequence[str] | None, sizes: Sizes, folder: Path, console: Console) -> list[Measure]:
    """The measures of all groups, or of those named; a group that fails is said and left out.

    Raises UnknownGroupError.
    """
    names = only or list(GROUPS)
    if unknown := set(names) - GROUPS.keys():
        raise UnknownGroupError(f"no group {', '.join(sorted(unknown))}; there are: {', '.join(GROUPS)}")
    measures: list[Measure] = []
    for name in names:
        (folder / name).mkdir()
        task = Task(sizes, folder / name, lambda text: console.print(f"  {text} ...", highlight=False))
        try:
            measures.extend(GROUPS[name](task))
        except BenchmarkError as error:
            console.print(f"{name} failed: {error}", style="red", markup=False)
    return measures
