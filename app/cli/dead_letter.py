"""`ringfence dead-letter`: what could not be decided or sent, and how to try again."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.bus.dead_letters import find_letter, original, place, read_letters
from app.bus.errors import RedriveError
from app.bus.producer import Producer
from app.bus.redrive import copies
from app.bus.redrive import redrive as append_again
from app.bus.spool import Spool
from app.cli.letters.pick import pick
from app.cli.letters.show import letter_json, local_json, table_of_letters, table_of_local, text_of
from app.cli.operate.session import KeyOption, operator
from app.embedded.run_file import DEFAULT_DATA, settings_for
from app.errors import RingfenceError
from app.events import LogPosition

app = typer.Typer()


class NoSpoolError(RingfenceError):
    """A spool that is not there."""


DataOption = Annotated[Path, typer.Option("--data", help="Folder of `ringfence up`.")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]


@app.command("list")
def list_(
    *,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 50,
    local: Annotated[bool, typer.Option("--local", help="Those that could not be sent, of the spools here.")] = False,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """List the dead letters, newest last, each with its position, error and reason.

    With --local: the messages that the broker refused for good, kept in the spools of this folder.

    Example: ringfence dead-letter list --limit 10
    """
    if local:
        _list_local(data, limit, as_json=as_json)
        return
    letters = sorted(read_letters(settings_for(data).kafka), key=lambda letter: letter.timestamp)
    shown = letters[-limit:]
    if as_json:
        _print_lines([letter_json(letter) for letter in shown])
    else:
        Console().print(table_of_letters(shown, len(letters)))


@app.command()
def show(
    partition: Annotated[int, typer.Argument(min=0, help="Partition of the record.")],
    offset: Annotated[int, typer.Argument(min=0, help="Offset of the record.")],
    *,
    as_json: JsonOption = False,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Show one dead letter whole: why, the original bytes, key and headers, and whether it was redriven.

    Example: ringfence dead-letter show 3 1207
    """
    kafka = settings_for(data).kafka
    letter = find_letter(kafka, LogPosition(partition, offset))
    if as_json:
        _print_lines([letter_json(letter)])
        return
    copy = copies(kafka, [letter]).get(place(letter))
    Console().print(text_of(letter, original(kafka, letter), copy), markup=False, highlight=False, soft_wrap=True)


@app.command()
def redrive(  # noqa: PLR0913 - each is an option of the command
    partition: Annotated[int | None, typer.Argument(min=0, help="Partition of the record.")] = None,
    offset: Annotated[int | None, typer.Argument(min=0, help="Offset of the record.")] = None,
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands on the record.")],
    all_: Annotated[bool, typer.Option("--all", help="All that were not redriven before.")] = False,
    error: Annotated[str | None, typer.Option(help="All of this error class, for example NotJson.")] = None,
    key: KeyOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Append the records of dead letters to the log again: same bytes, key, headers and time, signed by you.

    A record counts once: one that was redriven before is named and left alone.

    Example: ringfence dead-letter redrive 3 1207 --reason "fixed in engine 2"
    """
    settings = settings_for(data)
    issuer = operator(settings, key)
    letters = pick(settings.kafka, partition, offset, everything=all_, error=error)
    before = copies(settings.kafka, letters)
    failed = 0
    for letter in letters:
        position = place(letter)
        at = f"{position.partition} {position.offset}"
        if copy := before.get(position):
            typer.echo(f"{at}: was redriven before; its copy stands at {copy.partition} {copy.offset}")
            continue
        try:
            copy = append_again(settings.kafka, issuer, letter, reason)
        except RedriveError as refused:
            failed += 1
            typer.echo(f"{at}: {refused}", err=True)
        else:
            typer.echo(f"{at}: appended at {copy.partition} {copy.offset}")
    if failed:
        raise typer.Exit(3)


@app.command()
def resend(
    *,
    spool: Annotated[str, typer.Option(help="Name of the spool, as `list --local` shows it.")] = "send",
    wait_s: Annotated[float, typer.Option(min=0, help="Seconds to wait for Kafka.")] = 60.0,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Send the messages again that could not be sent, once what the broker refused is mended.

    They go to the end of their spool. What is refused again is a local dead letter again, and the command ends
    with 3; what Kafka does not take in time waits in the spool for the next `ringfence send`.

    Example: ringfence dead-letter resend
    """
    folder = data / "spool" / spool
    if not (folder / "spool.sqlite").exists():
        raise NoSpoolError(f"{folder}: no such spool: `ringfence dead-letter list --local` names them")
    with closing(Spool(folder)) as held, Producer(held, settings_for(data).kafka) as producer:
        revived = producer.resend()
        waiting = producer.flush(wait_s)
        refused = producer.status().dead_letters
    typer.echo(f"{revived:,} messages sent again: {refused:,} refused, {waiting:,} still waiting")
    if refused or waiting:
        raise typer.Exit(3)


def _list_local(data: Path, limit: int, *, as_json: bool) -> None:
    for folder in sorted(path.parent for path in (data / "spool").glob("*/spool.sqlite")):
        spool = Spool(folder)
        letters, total = spool.dead_letters.newest(limit)[::-1], len(spool.dead_letters)
        spool.close()
        if as_json:
            _print_lines([local_json(folder.name, letter) for letter in letters])
        else:
            Console().print(table_of_local(folder.name, letters, total))


def _print_lines(lines: list[bytes]) -> None:
    for line in lines:
        typer.echo(line)
