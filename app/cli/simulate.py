"""`ringfence simulate`: fleets of simulated agents, into a file or into the log."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
import typer

from app.bus.door import Door
from app.bus.producer import Producer
from app.bus.spool import Spool
from app.cli.check import door_of
from app.embedded.run_file import DEFAULT_DATA, settings_for
from app.events import DEFAULT_FLEET, AgentMessage
from app.simulator.scenarios import SCENARIOS
from app.simulator.simulation import START, Plan
from app.simulator.simulation import simulate as simulated
from app.simulator.transmit import transmit
from app.simulator.truth import Label

STANDARD = Path("-")
FLUSH_S = 30.0

_encode = msgspec.json.Encoder().encode

Tell = Callable[[Label], object]


def simulate(  # noqa: PLR0913 - each is an option of the command
    *,
    scenario: Annotated[str, typer.Option(help=f"One of {', '.join(SCENARIOS)}.")] = "healthy",
    agents: Annotated[int, typer.Option(min=2, help="Agents of a fleet, beside the providers of its pools.")] = 8,
    fleets: Annotated[int, typer.Option(min=1, help="Fleets side by side.")] = 1,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal messages.")] = 0,
    seconds: Annotated[float, typer.Option("--for", help="Seconds of the fleets' time.")] = 60.0,
    rate: Annotated[float, typer.Option(help="Messages a second, all fleets together.")] = 50.0,
    severity: Annotated[float, typer.Option(min=0.0, max=1.0, help="How bad the scenario gets.")] = 0.5,
    out: Annotated[
        Path | None, typer.Option(help="Write JSON Lines there instead of sending; `-` is standard output.")
    ] = None,
    truth: Annotated[Path | None, typer.Option(help="Write what is true of agents and messages there.")] = None,
    door: Annotated[
        bool, typer.Option("--door", help="Ask the sidecar of `ringfence up` before each message is sent.")
    ] = False,
    data: Annotated[Path, typer.Option(help="Folder of `ringfence up`; the spool lives in it.")] = DEFAULT_DATA,
) -> None:
    """Simulate fleets of agents that contend for shared resources without a conductor.

    With --out the messages are written as fast as possible, in time from 2025 on, byte for byte the same for the same
    options. Without it they are sent to Kafka in real time, through a spool that outlives an absence of Kafka; with
    --door, as gateways would: what an agent that is contained wants to say is never sent.

    Example: ringfence simulate --scenario conflict --agents 8 --seed 7 --out messages.jsonl --truth truth.jsonl
    """
    plan = Plan(scenario, fleets, agents, seed, rate, START, seconds, severity)
    with ExitStack() as stack:
        tell = _to(stack, truth) if truth else _nobody
        if out is None:
            gate = _Gate(stack.enter_context(door_of(data)) if door else None)
            _send(replace(plan, start=datetime.now(UTC)), tell, gate, data)
        else:
            _write(simulated(plan), _to(stack, out), tell)


class _Gate:
    """A gateway in front of the simulated agents; without a door it stands open."""

    def __init__(self, door: Door | None) -> None:
        self._door = door
        self.turned_away = 0

    def admits(self, message: AgentMessage) -> bool:
        allow = self._door is None or self._door.ask(message.fleet or DEFAULT_FLEET, message.agent_id).allow
        self.turned_away += not allow
        return allow


def _write(events: Iterable[AgentMessage | Label], write: Callable[[AgentMessage], object], tell: Tell) -> None:
    for event in events:
        if isinstance(event, AgentMessage):
            write(event)
        else:
            tell(event)


def _send(plan: Plan, tell: Tell, gate: _Gate, data: Path) -> None:
    kafka = settings_for(data).kafka
    with closing(Spool(data / "spool" / "simulate")) as spool, Producer(spool, kafka) as producer:
        with suppress(KeyboardInterrupt):
            transmit(simulated(plan), producer, tell, stopped=lambda: False, admits=gate.admits)
        left = producer.flush(FLUSH_S)
        acknowledged = producer.status().acknowledged
    stopped = f", {gate.turned_away:,} turned away at the door" if gate.turned_away else ""
    typer.echo(f"{acknowledged:,} messages sent to {kafka.bootstrap}, {left:,} left in the spool{stopped}", err=True)
    if left:
        raise typer.Exit(1)


def _to(stack: ExitStack, file: Path) -> Callable[[AgentMessage | Label], object]:
    lines: BinaryIO = typer.get_binary_stream("stdout") if file == STANDARD else stack.enter_context(file.open("wb"))
    return lambda event: lines.write(_encode(event) + b"\n")


def _nobody(_label: Label) -> None:
    """Leave the truth untold."""
