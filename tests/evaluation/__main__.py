"""`make evaluate`, or `python -m tests.evaluation`: how well the detectors detect, on public and on simulated data."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from app.simulator.simulation import Plan
from tests.evaluation.convert import SETS as BESIDE
from tests.evaluation.convert import convert
from tests.evaluation.figure import QUICK, Effort, Figure
from tests.evaluation.folded import fold_set
from tests.evaluation.report import write
from tests.evaluation.sets import SETS
from tests.evaluation.simulated.attacks import ATTACKS, attack_figures, outcome, plan_of
from tests.evaluation.simulated.calm import SCENARIOS as CALM
from tests.evaluation.simulated.calm import calm_figures, plans, quiet

NAMES = (*SETS, *ATTACKS, *CALM)
CORES = os.cpu_count() or 1

T = TypeVar("T")


def evaluate(  # noqa: PLR0913 - each is an option of the command
    *,
    names: Annotated[
        list[str] | None, typer.Option("--set", help=f"Only this one; may be repeated. One of {', '.join(NAMES)}.")
    ] = None,
    data: Annotated[
        Path, typer.Option(help="Folder with the public sets (data/) and their converters (convert/).")
    ] = BESIDE,
    converted: Annotated[
        Path, typer.Option(help="Folder of converted sets, one a folder; what is missing is converted into it.")
    ] = Path("build/evaluation/sets"),
    out: Annotated[Path, typer.Option(help="The figures as JSON.")] = Path("build/evaluation.json"),
    quick: Annotated[bool, typer.Option("--quick", help="Fewer resamples, seeds and hours: wider intervals.")] = False,
    one_fleet: Annotated[bool, typer.Option("--one-fleet", help="All runs of a public set as one fleet.")] = False,
    first_seed: Annotated[int, typer.Option(min=0, help="Of the simulated attacks: others than 0 are fresh ones.")] = 0,
    jobs: Annotated[int, typer.Option(min=1, help="Simulated fleets at a time.")] = CORES,
) -> None:
    """Fold public sets and simulated fleets, and score what the fold says against what is true.

    On public sets each detector stands beside a naive baseline, computed on the same data, and published figures where
    there are any. Of simulated scenarios the table has precision and recall of the agents that alerts name and the
    time to detection; of healthy, busy and crowded days the false alarms. Intervals are 95 %: percentile bootstraps
    over runs, agents, series or seeds, and exact Poisson intervals of alarms. A set that is not at hand is left out.

    Example: python -m tests.evaluation --set govsim --set loop --quick
    """
    effort = QUICK if quick else Effort()
    figures: list[Figure] = []
    for name in names or NAMES:
        typer.echo(name, err=True)
        if name in SETS:
            figures += _public(name, data, converted, out.parent / "evaluation" / "folded", effort, one_fleet=one_fleet)
        elif name in ATTACKS:
            outcomes = _all(outcome, (plan_of(name, first_seed + seed) for seed in range(effort.seeds)), jobs)
            figures += attack_figures(name, list(outcomes), effort)
        elif name in CALM:
            figures += calm_figures(name, list(_all(quiet, plans(name, effort.agent_hours), jobs)))
        else:
            raise typer.BadParameter(f"no set {name!r}; there are: {', '.join(NAMES)}")
    write(figures, out)


def _public(  # noqa: PLR0913 - as many as the command has
    name: str, data: Path, converted: Path, folded: Path, effort: Effort, *, one_fleet: bool
) -> Iterable[Figure]:
    source = convert(name, data, converted)
    if source is None:
        typer.echo(f"{name}: not measured, the set is not at {data}", err=True)
        return ()
    done = fold_set(name, source, folded / name, SETS[name].policy, one_fleet=one_fleet)
    return SETS[name].figures(done, effort)


def _all(measure: Callable[[Plan], T], planned: Iterable[Plan], jobs: int) -> Iterator[T]:
    if jobs == 1:
        return map(measure, planned)
    with ProcessPoolExecutor(jobs) as pool:
        return iter(list(pool.map(measure, planned)))


if __name__ == "__main__":
    typer.run(evaluate)
