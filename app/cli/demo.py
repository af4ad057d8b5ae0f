"""`ringfence demo`: the whole system, live fleets, and a view of them, in one command."""

import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from app.bus.connection import confluent
from app.cli.check import sidecars_of, token
from app.cli.demonstration.ending import Ending
from app.cli.demonstration.enforce import enforce
from app.cli.demonstration.summary import summarise
from app.cli.demonstration.traffic import Traffic
from app.cli.operate.session import operator
from app.cli.view.follow import Sources, follow
from app.cli.view.state import ViewState
from app.embedded.interrupt import stoppable
from app.embedded.run_file import settings_for
from app.embedded.supervisor import Supervisor

ENFORCED = "conflict-1"


def demo(
    *,
    seconds: Annotated[float, typer.Option("--for", min=1, help="Seconds of traffic.")] = 120.0,
    data: Annotated[
        Path | None, typer.Option(help="Folder of all state, kept; without it a temporary one, gone at the end.")
    ] = None,
    agents: Annotated[int, typer.Option(min=2, help="Agents of each fleet.")] = 8,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal fleets.")] = 7,
    rate: Annotated[float, typer.Option(min=1, help="Messages a second, both fleets together.")] = 60.0,
) -> None:
    """Start everything, let a healthy fleet and one in conflict work, and watch.

    Agents of the second fleet turn aggressive: watch their trust fall until they are quarantined, while all others
    go on. Ends by itself, or with Ctrl-C, with a summary; stops everything that it has started.

    Example: ringfence demo --for 60
    """
    console, traffic = Console(), None
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(TemporaryDirectory(prefix="ringfence-demo-")))
        with stoppable(), Supervisor(folder, say=lambda step: console.print(f"  {step} ...")) as supervisor:
            state = ViewState(time.monotonic())
            traffic = _traffic(folder, console, agents=agents, seed=seed, rate=rate)
            with traffic:
                ending = Ending(supervisor, traffic, state, seconds)
                client, doors = confluent(supervisor.settings.kafka), sidecars_of(supervisor.run)
                follow(Sources(f"demo in {folder}", client, doors, token()), state, ending, console)
        if traffic is not None:
            summarise(state, traffic, console)


def _traffic(folder: Path, console: Console, *, agents: int, seed: int, rate: float) -> Traffic:
    settings = settings_for(folder)
    console.print("  Putting a policy in force that quarantines ...")
    enforce(settings, operator(settings, None), ENFORCED)
    return Traffic(settings.kafka, folder / "spool" / "demo", agents=agents, seed=seed, rate=rate)
