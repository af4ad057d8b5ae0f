"""`ringfence check`: ask a door about an agent."""

import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Annotated

import typer

from app.embedded import run_file
from app.errors import RingfenceError

TIMEOUT_S = 10.0


class DoorError(RingfenceError):
    """A door that cannot be asked; the message says what to do."""


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
    said = _ask(url or _running(data), fleet, agent)
    if as_json:
        typer.echo(said)
        return
    ruling = json.loads(said)
    verdict = "may go on" if ruling["allow"] else "is turned away"
    because = f": {ruling['reason']}" if ruling["reason"] else ""
    age = "never heard of its fold" if ruling["age_s"] is None else f"fold heard of {ruling['age_s']:.1f} s ago"
    typer.echo(f"{fleet}/{agent} {verdict} ({ruling['state']}, {ruling['mode'] or 'no containment'}{because}), {age}")


def _running(data: Path) -> str:
    run = run_file.read(data)
    for part in () if run is None else run.processes:
        if part.name == "sidecar" and part.web is not None:
            return part.web
    raise DoorError(f"no sidecar runs in {data}: `ringfence up` starts one, or name another with --url")


def _ask(url: str, fleet: str, agent: str) -> str:
    path = "/".join(urllib.parse.quote(part, safe="") for part in (fleet, agent))
    address = f"{url.rstrip('/')}/v1/check/{path}"
    if not address.startswith(("http://", "https://")):
        raise DoorError(f"{url} is no http address")
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_S) as response:  # noqa: S310 - checked above
            return str(response.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            raise DoorError(f"{address} answers {error.code}") from error
    except OSError as error:
        raise DoorError(f"{url} does not answer: {error}") from error
