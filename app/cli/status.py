"""`ringfence status`: parts, topics and progress."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from app.bus.progress import PartitionProgress
from app.embedded.run_file import DEFAULT_DATA
from app.embedded.status import Status, read_status
from app.moment import moment


def status(
    data: Annotated[Path, typer.Option(help="Folder of `ringfence up`; settings win over it.")] = DEFAULT_DATA,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the processes, the topics, and how far the workers are in each partition.

    LAG counts offsets after the last decided record, Kafka's own markers of transactions included. BEHIND is since
    when the fold has not had the whole log, up to two seconds where nothing waits.

    Example: ringfence status --json | jq '.partitions[].lag'
    """
    found = read_status(data)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    else:
        _show(found, Console())


def _show(found: Status, console: Console) -> None:
    if found.parts:
        console.print(_parts(found))
    if found.trouble:
        console.print(f"[red]✗[/] {found.trouble}")
        return
    console.print(_topics(found))
    console.print(_partitions(found))


def _parts(found: Status) -> Table:
    table = Table("part", "state", "pid", "memory", "web", title="Parts", title_justify="left")
    for part in found.parts:
        state = "[green]● running[/]" if part.running else "[red]✗ ended[/]"
        memory = f"{part.memory_mb} MB" if part.memory_mb is not None else ""
        table.add_row(part.name, state, str(part.pid), memory, part.web or "")
    return table


def _topics(found: Status) -> Table:
    table = Table("topic", title=f"Topics at {found.kafka}", title_justify="left")
    table.add_column("partitions", justify="right")
    table.add_column("offsets", justify="right")
    for topic in found.topics:
        table.add_row(topic.name, str(topic.partitions), f"{topic.offsets:,}")
    return table


def _partitions(found: Status) -> Table:
    table = Table(title="Partitions of the fold", title_justify="left")
    for name in ("partition", "next", "lag", "behind", "engine"):
        table.add_column(name, justify="right")
    for name in ("clock", "worker", "heard"):
        table.add_column(name)
    for partition in found.partitions:
        table.add_row(*_row(partition))
    return table


def _row(progress: PartitionProgress) -> tuple[str, ...]:
    heard = "never" if progress.age_s is None else f"{progress.age_s:.0f} s ago"
    return (
        str(progress.partition),
        f"{progress.next_offset:,}",
        f"{progress.lag:,}",
        "" if progress.behind_s is None else f"{progress.behind_s:,.0f} s",
        str(progress.engine_version or ""),
        moment(progress.clock).isoformat(" ", "seconds") if progress.clock else "",
        progress.worker or "",
        f"[green]● {heard}[/]" if progress.owned else f"[red]✗ {heard}[/]",
    )
