"""`ringfence watch`: the live view of a running system."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.bus.connection import confluent
from app.cli.view.follow import follow
from app.cli.view.plain import numbers
from app.cli.view.state import ViewState
from app.embedded.interrupt import stoppable
from app.embedded.run_file import DEFAULT_DATA, settings_for


def watch(
    *,
    data: Annotated[Path, typer.Option(help="Folder of `ringfence up`.")] = DEFAULT_DATA,
    seconds: Annotated[float, typer.Option("--for", min=0, help="Seconds to watch; until Ctrl-C if absent.")] = 0.0,
) -> None:
    """Watch agents, alerts, throughput, latency and lag live; Ctrl-C ends the view, not the system.

    Without a terminal it prints a line every five seconds, and one for each alert and enforcement change.

    Example: ringfence watch --data data
    """
    kafka = settings_for(data).kafka
    state = ViewState(time.monotonic())
    end = state.started + seconds if seconds else float("inf")
    with stoppable():
        follow(confluent(kafka), kafka.bootstrap, state, lambda: time.monotonic() >= end, Console())
    typer.echo(numbers(state, time.monotonic()))
