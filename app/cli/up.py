"""`ringfence up`: everything on this machine."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.embedded.detach import start_detached
from app.embedded.interrupt import stoppable
from app.embedded.run_file import DEFAULT_DATA, Run
from app.embedded.supervisor import Supervisor


def up(
    data: Annotated[Path, typer.Option(help="Folder of all state; it survives and may be used again.")] = DEFAULT_DATA,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes; partitions spread over them.")] = 1,
    detach: Annotated[bool, typer.Option("--detach", help="Return when all is up; `ringfence down` stops it.")] = False,
) -> None:
    """Start everything on this machine: a Kafka, a Valkey, workers, the sidecar and the sinks, and keep them running.

    Kafka and Redis that the settings name (RINGFENCE_KAFKA__BOOTSTRAP, RINGFENCE_REDIS__URL) are used instead.
    Ctrl-C stops all; what DATA holds stays, for the next `up`.

    Example: ringfence up --workers 2 --detach
    """
    console = Console(stderr=True)
    if detach:
        _show(start_detached(data, workers, console), data, console)
        return
    with stoppable(), Supervisor(data, workers=workers, say=lambda step: console.print(f"  {step} ...")) as supervisor:
        _show(supervisor.run, data, console)
        supervisor.keep_running()
    console.print("All parts are stopped.")


def _show(run: Run, data: Path, console: Console) -> None:
    table = Table("part", "pid", "where", title="Ringfence is up", title_justify="left")
    where = {"kafka": run.kafka.bootstrap, "valkey": run.redis.url}
    for part in run.processes:
        table.add_row(part.name, str(part.pid), part.web or where.get(part.name, ""))
    console.print(table)
    console.print(f"Logs: {data / 'logs'}. `ringfence status` shows more, `ringfence down` stops all.")
