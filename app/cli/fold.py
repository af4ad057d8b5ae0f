"""`ringfence fold`: the worker's fold over a file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.archive.dump_file import is_dump, read_dump
from app.archive.errors import FoldInputError
from app.archive.fold_file import FoldFile
from app.archive.plain import read_plain
from app.archive.policy_file import policy_for_file
from app.lines import STANDARD
from app.record import LogRecord


def fold(
    file: Annotated[Path, typer.Argument(help="JSON Lines, .gz or not, `-` for standard input: messages, or a dump.")],
    out: Annotated[Path, typer.Option(help="Folder for the results.")],
    fleet_from: Annotated[
        str | None, typer.Option(help="Field that names the fleet of a message, for example metadata.run.")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="Policy document (JSON) in force from the start.")] = None,
    zipped: Annotated[bool, typer.Option("--gzip", help="Compress the results.")] = False,
) -> None:
    """Decide the messages of a file exactly as a worker would, without Kafka.

    Writes decisions, alerts, enforcement, cycles, graph, dead-letters, agents and tables/* as JSON Lines into the
    folder.
    Over a dump of agent-messages-raw the results are those of the worker, byte for byte.

    Example: ringfence fold messages.jsonl --out results --fleet-from metadata.run
    """
    if file != STANDARD and not file.is_file():
        raise FoldInputError(f"{file}: no such file")
    plain = not is_dump(file)
    if fleet_from is not None and not plain:
        raise FoldInputError("--fleet-from is for plain messages; those of a dump have their fleet already")
    skips: Iterable[LogRecord] = ()
    records: Iterable[LogRecord]
    if plain:
        records = read_plain(file, fleet_from)
    else:
        skips, records = read_dump(file)
    _run(FoldFile(out, policy_for_file(policy, plain=plain), skips, plain=plain, zipped=zipped), records, out)


def _run(folding: FoldFile, records: Iterable[LogRecord], out: Path) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} records folded"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("fold", total=None)
        counts = folding.run(records, lambda done: progress.update(task, completed=done))
    typer.echo(
        f"{counts['records']:,} records: {counts['decisions']:,} decisions, {counts['dead-letters']:,} dead letters, "
        f"{counts['alerts']:,} alert changes, {counts['agents']:,} agents in {out}"
    )
