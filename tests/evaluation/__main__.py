"""`make evaluate`, or `python -m tests.evaluation`: how well the detectors detect, on public and on simulated data."""

from pathlib import Path
from typing import Annotated

import typer

from tests.evaluation.convert import SETS as BESIDE
from tests.evaluation.convert import convert
from tests.evaluation.figure import QUICK, Effort, Figure
from tests.evaluation.folded import fold_set
from tests.evaluation.report import write
from tests.evaluation.sets import SETS


def evaluate(  # noqa: PLR0913 - each is an option of the command
    *,
    names: Annotated[
        list[str] | None, typer.Option("--set", help=f"Only this set; may be repeated. One of {', '.join(SETS)}.")
    ] = None,
    data: Annotated[
        Path, typer.Option(help="Folder with the public sets (data/) and their converters (convert/).")
    ] = BESIDE,
    converted: Annotated[
        Path, typer.Option(help="Folder of converted sets, one a folder; what is missing is converted into it.")
    ] = Path("build/evaluation/sets"),
    out: Annotated[Path, typer.Option(help="The figures as JSON.")] = Path("build/evaluation.json"),
    quick: Annotated[bool, typer.Option("--quick", help="Fewer resamples, seeds and hours: wider intervals.")] = False,
    one_fleet: Annotated[bool, typer.Option("--one-fleet", help="All runs of a set as one fleet.")] = False,
) -> None:
    """Fold public sets and score what the fold says of them against what is true of them.

    Each detector stands beside a naive baseline, computed on the same data, and published figures where there are any.
    Intervals are percentile bootstraps over runs, agents or series. A set that is not at hand is named and left out.

    Example: python -m tests.evaluation --set govsim --set avalon --quick
    """
    effort = QUICK if quick else Effort()
    figures: list[Figure] = []
    for name in names or SETS:
        if name not in SETS:
            raise typer.BadParameter(f"no set {name!r}; there are: {', '.join(SETS)}")
        source = convert(name, data, converted)
        if source is None:
            typer.echo(f"{name}: not measured, the set is not at {data}")
            continue
        folded = fold_set(
            name, source, out.parent / "evaluation" / "folded" / name, SETS[name].policy, one_fleet=one_fleet
        )
        figures += SETS[name].figures(folded, effort)
    write(figures, out)


if __name__ == "__main__":
    typer.run(evaluate)
