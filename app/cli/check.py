"""`ringfence check`: ask a door about an agent."""

from pathlib import Path
from typing import Annotated

import typer

from app.bus.door import Door, DoorError
from app.embedded import run_file


def check(
    fleet: Annotated[str, typer.Argument(help="The agent's fleet.")],
    agent: Annotated[str, typer.Argument(help="The agent.")],
    *,
    url: Annotated[str | None, typer.Option(help="Of a sidecar; else the one that `ringfence up` runs.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all that the door says.")] = False,
    data: Annotated[Path, typer.Option(help="Data folder of `ringfence up`.")] = run_file.DEFAULT_DATA,
) -> None:
    """Ask a door whether an agent may go on, as gateways and SDKs do: GET URL/v1/check/FLEET/AGENT.

    Example: ringfence check sales bot-7
    """
    with Door(url or sidecar_of(data)) as door:
        if as_json:
            typer.echo(door.read(fleet, agent))
            return
        ruling = door.ask(fleet, agent)
    verdict = "may go on" if ruling.allow else "is turned away"
    because = f": {ruling.reason}" if ruling.reason else ""
    age = "never heard of its fold" if ruling.age_s is None else f"fold heard of {ruling.age_s:.1f} s ago"
    typer.echo(f"{fleet}/{agent} {verdict} ({ruling.state}, {ruling.mode or 'no containment'}{because}), {age}")


def sidecar_of(data: Path) -> str:
    """The address of the sidecar that `ringfence up` runs in a folder. Raises DoorError."""
    run = run_file.read(data)
    for part in () if run is None else run.processes:
        if part.name == "sidecar" and part.web is not None:
            return part.web
    raise DoorError(f"no sidecar runs in {data}: `ringfence up` starts one, or give its address")
