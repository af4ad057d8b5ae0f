"""`ringfence watch`: the live view of a running system."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.bus.connection import confluent
from app.cli.check import sidecars_of, token
from app.cli.view.follow import Sources, follow
from app.cli.view.plain import numbers
from app.cli.view.state import ViewState
from app.embedded.interrupt import stoppable
from app.embedded.run_file import DEFAULT_DATA, read, settings_for


def watch(
    *,
    data: Annotated[Path, typer.Option(help="Folder of `ringfence up`.")] = DEFAULT_DATA,
    door: Annotated[
        list[str] | None, typer.Option(help="Address of a sidecar; else the one that `ringfence up` runs.")
    ] = None,
    seconds: Annotated[float, typer.Option("--for", min=0, help="Seconds to watch; until Ctrl-C if absent.")] = 0.0,
) -> None:
    """Watch agents, containments, doors, alerts, throughput and lag live; Ctrl-C ends the view, not the system.

    **Containments**: who is quarantined (■), throttled (◧), on probation (◇) or watched (◔), until when in the log's
    time, by whom and why; □ with the state in brackets is what would be done, in a mode that does not bind.
    `ringfence release FLEET AGENT --reason TEXT` lets one go.

    **Doors**: in touch (●, with the age of what it knows), reading (…), out of touch with the fold of a partition, and
    whom it lets through meanwhile, or silent (✗).

    Without a terminal it prints a line every five seconds, and one for each alert, each change of a containment and
    each change of a door.

    Example: ringfence watch --door http://127.0.0.1:8080
    """
    kafka = settings_for(data).kafka
    state = ViewState(time.monotonic())
    end = state.started + seconds if seconds else float("inf")
    with stoppable():
        sources = Sources(kafka.bootstrap, confluent(kafka), door or sidecars_of(read(data)), token())
        follow(sources, state, lambda: time.monotonic() >= end, Console())
    typer.echo(numbers(state, time.monotonic()))
