"""`ringfence check`: ask a door about an agent."""

from pathlib import Path
from typing import Annotated

import typer

from app.bus.door import Door, DoorError
from app.cli.printable import printable
from app.embedded import run_file
from app.settings import Settings


def check(
    fleet: Annotated[str, typer.Argument(help="The agent's fleet.")],
    agent: Annotated[str, typer.Argument(help="The agent.")],
    *,
    url: Annotated[str | None, typer.Option(help="Of a sidecar; else the one that `ringfence up` runs.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all that the door says.")] = False,
    data: Annotated[Path, typer.Option(help="Data folder of `ringfence up`.")] = run_file.DEFAULT_DATA,
) -> None:
    """Ask a door whether an agent may go on, as gateways and SDKs do: GET URL/v1/check/FLEET/AGENT.

    Where the sidecar wants a token, the first of RINGFENCE_SIDECAR__TOKEN is sent.

    Example: ringfence check sales bot-7
    """
    with door_of(data, url) as door:
        if as_json:
            typer.echo(door.read(fleet, agent))
            return
        ruling = door.ask(fleet, agent)
    verdict = "may go on" if ruling.allow else "is turned away"
    because = f": {ruling.reason}" if ruling.reason else ""
    age = "of unknown age" if ruling.age_s is None else f"as of {ruling.age_s:.1f} s ago"
    said = f"{fleet}/{agent} {verdict} ({ruling.state}, {ruling.mode or 'no containment'}{because}), {age}"
    typer.echo(printable(said))


def door_of(data: Path, url: str | None = None) -> Door:
    """The door at an address, else that of the sidecar that `ringfence up` runs in a folder. Raises DoorError."""
    return Door(url or _sidecar_of(data), token())


def token() -> str | None:
    """What our own clients show at doors."""
    return next(iter(Settings().sidecar.tokens), None)


def sidecars_of(run: run_file.Run | None) -> list[str]:
    """The addresses of the sidecars that `ringfence up` runs."""
    parts = () if run is None else run.processes
    return [part.web for part in parts if part.name == "sidecar" and part.web is not None]


def _sidecar_of(data: Path) -> str:
    for url in sidecars_of(run_file.read(data)):
        return url
    raise DoorError(f"no sidecar runs in {data}: `ringfence up` starts one, or give its address")
