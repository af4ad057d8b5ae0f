"""`ringfence send`: a file of messages to the log."""

from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.bus.pace import Pace
from app.bus.producer import Producer
from app.bus.spool import Spool
from app.cli.sending.job import Job
from app.cli.sending.progress import SendProgress
from app.cli.sending.shape import Shape
from app.embedded.run_file import DEFAULT_DATA, settings_for
from app.errors import RingfenceError
from app.lines import STANDARD
from app.topics import RAW


class EventTime(StrEnum):
    """Where the time of a record is from."""

    NOW = "now"
    MESSAGE = "message"


class SendInputError(RingfenceError):
    """A file that cannot be sent as asked."""


def send(  # noqa: PLR0913 - each is an option of the command
    file: Annotated[Path, typer.Argument(help="JSON Lines, .gz or not; `-` is standard input.")],
    *,
    rate: Annotated[float | None, typer.Option(min=0.001, help="Messages a second.")] = None,
    as_fast: Annotated[bool, typer.Option("--as-fast", help="As fast as Kafka takes them (default).")] = False,
    event_time: Annotated[EventTime, typer.Option(help="Stamp the record now, or with the message's own time.")] = (
        EventTime.NOW
    ),
    fleet_from: Annotated[
        str | None, typer.Option(help="Field that names the fleet, for example metadata.run; written as `fleet`.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Folder of `ringfence up`; the spool lives in it.")] = DEFAULT_DATA,
    spool: Annotated[str, typer.Option(help="Name of the spool; two sends at a time need two.")] = "send",
    topic: Annotated[str, typer.Option(help="Topic to append to.")] = RAW.name,
    restart: Annotated[bool, typer.Option("--restart", help="Send the file from its start again.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at a line that is no message.")] = False,
) -> None:
    """Send agent messages, one JSON object a line, in order and without loss.

    Messages go to a spool on disk first: while Kafka is away they wait there, and when this command is killed, the
    next run of it goes on where it stopped. A line that is no message is sent as it is and named here; the worker
    makes a dead letter of it. The bytes of a line are not changed, but for the field that --fleet-from writes.

    Ends with 0 when Kafka has acknowledged everything, with 3 when some messages were refused for good:
    `ringfence dead-letter list --local` shows them.

    Example: ringfence send messages.jsonl --fleet-from metadata.run --rate 100
    """
    if rate is not None and as_fast:
        raise SendInputError("--rate and --as-fast exclude each other: name one of them")
    if file != STANDARD and not file.is_file():
        raise SendInputError(f"{file}: no such file")
    shape = Shape(topic, str(file), fleet_from, claimed_time=event_time is EventTime.MESSAGE, strict=strict)
    console = Console(stderr=True)
    with (
        closing(Spool(data / "spool" / spool)) as held,
        Producer(held, settings_for(data).kafka) as producer,
        SendProgress(console, producer) as progress,
    ):
        job = Job(held, producer, shape, progress)
        job.run(file, Pace(rate), restart=restart)
    if job.refused:
        raise typer.Exit(3)
