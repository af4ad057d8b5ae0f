"""`ringfence repartition`: another number of partitions for the whole system."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.archive.repartition.dumps import Told
from app.archive.repartition.errors import NotReadyError
from app.archive.repartition.job import Outcome
from app.archive.repartition.run import Plan, Repartition
from app.cli.operate.session import DATA, DataOption, KeyOption, operator
from app.embedded.at_rest import settings_at_rest
from app.streaming.failpoints import Failpoints

_console = Console(stderr=True)


def repartition(
    partitions: Annotated[int, typer.Argument(min=1, max=1_000, metavar="N", help="Partitions of the new topics.")],
    *,
    data: DataOption = DATA,
    archive: Annotated[
        Path | None, typer.Option(help="Folder for what is replaced; default: DATA/archive/repartition-N.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    key: KeyOption = None,
) -> None:
    """Move everything to topics of N partitions, so that more workers can share the load.

    The workers must be stopped, with all records folded, and the senders too, with empty spools: what a spool sends
    again later might count as a repeat. Kafka must run; that of `ringfence up` is started for the duration. The topics
    are archived, deleted and made anew, and the log is replayed into them in order of time; then the workers decide it
    again. Agents, trust, enforcement states and each fleet's decisions come out the same. Positions, the audit chain
    and the times of ticks are new. The alerts of breakers are kept. A mirror in Redis has to be rebuilt.

    It costs the time that the system is down: 100,000 messages took 15 seconds, and the workers' time to fold them
    again. The archive takes about an eighth of the topics' disk space, the replaced topics nothing.

    It leaves in the archive only: what was decided before, skipped positions, ticks, refused commands, redriven dead
    letters. Commands are signed anew by the operator's key. Nothing is deleted before the archive is read back.

    What others append while it runs stops it, or is lost. Killed, or failed, it goes on when it is called again.

    Example: ringfence down; ringfence repartition 32
    """
    folder = archive or data / "archive" / f"repartition-{partitions}"
    with settings_at_rest(data) as settings:
        work = Repartition(
            settings.kafka,
            settings.worker,
            operator(settings, key),
            folder=folder,
            after=partitions,
            failpoints=Failpoints(os.environ),
        )
        plan = work.plan()
        _agree(plan, folder, yes=yes)
        outcome = work.run(_show)
    _report(outcome, folder, partitions)


def _agree(plan: Plan, folder: Path, *, yes: bool) -> None:
    if plan.dropped:
        warning = (
            f"workers have decided about {plan.dropped:,} records of the half-made log; what was sent since is dropped"
        )
        if yes:
            raise NotReadyError(f"{warning}: call it without --yes, and it asks whether it may")
        _console.print(f"Mind that {warning}.", highlight=False)
    if not yes:
        _ask(plan, folder)


def _ask(plan: Plan, folder: Path) -> None:
    first = "is complete already" if plan.archived else f"gets all topics, about {plan.records:,} records"
    _console.print(f"1. The archive {folder} {first}.", highlight=False)
    _console.print(f"2. All topics are deleted, and made anew with {plan.after} partitions instead of {plan.before}.")
    _console.print("3. The log is replayed into them; the workers decide it again when you start them.")
    typer.confirm("Are all senders stopped, and shall it begin?", abort=True, err=True)


@contextmanager
def _show(step: str, total: int) -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console) as progress:
        task = progress.add_task(step, total=total)
        yield lambda count: progress.advance(task, count)
        progress.update(task, completed=total)


def _report(outcome: Outcome, folder: Path, partitions: int) -> None:
    for what, counts in (("appended", outcome.appended), ("left in the archive", outcome.left_out)):
        for kind, count in sorted(counts.items()):
            typer.echo(f"{what}: {count:,} {kind}")
    for partition, offset in outcome.skipped:
        typer.echo(f"skipped before, left in the archive: partition {partition}, offset {offset}")
    typer.echo(f"The archive is {folder}; its repartition.json lists its files.")
    typer.echo(f"Set RINGFENCE_KAFKA__PARTITIONS={partitions} for everything, then start the workers.")
    typer.echo("Where there is a mirror in Redis: once they have decided all, run `ringfence mirror rebuild`.")
