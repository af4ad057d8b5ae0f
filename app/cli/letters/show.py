"""How dead letters look: tables, text and JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from rich.table import Column, Table
from rich.text import Text

from app.bus.dead_letters import place
from app.bus.envelope import Envelope, encode_envelope
from app.bus.local_dead_letters import LocalDeadLetter
from app.events import DeadLetter, LogPosition


def clock(milliseconds: int) -> str:
    """A time for people.

    >>> clock(1_700_000_000_123)
    '2023-11-14 22:13:20.123'
    """
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def table_of_letters(letters: Sequence[DeadLetter], total: int) -> Table:
    """Letters of the topic."""
    table = _table(f"{len(letters):,} of {total:,} dead letters", "Partition", "Offset", "Time (UTC)", "Bytes")
    for letter in letters:
        position = place(letter)
        where = (str(position.partition), str(position.offset), clock(letter.timestamp), str(letter.raw_size))
        table.add_row(*where, letter.error, Text(letter.reason))
    return table


def table_of_local(spool: str, letters: Sequence[LocalDeadLetter], total: int) -> Table:
    """Letters of a spool."""
    table = _table(f"{len(letters):,} of {total:,} messages of spool {spool!r} not sent", "From", "Time (UTC)", "Tries")
    for letter in letters:
        where = (Text(letter.message.origin), clock(letter.time), str(letter.grounds.attempts))
        table.add_row(*where, letter.grounds.error, Text(letter.grounds.reason))
    return table


def letter_json(letter: DeadLetter) -> bytes:
    """A letter as it stands on the topic."""
    return msgspec.json.encode(letter)


def local_json(spool: str, letter: LocalDeadLetter) -> bytes:
    """A letter of a spool; bytes are base64."""
    return msgspec.json.encode(
        {"spool": spool, "time": letter.time, **letter.grounds._asdict(), **letter.message._asdict()}
    )


def text_of(letter: DeadLetter, record: Envelope, copy: LogPosition | None) -> str:
    """A letter whole, with the record that it stands for."""
    position = place(letter)
    redriven = f"yes, its copy stands at {copy.partition} {copy.offset}" if copy else "no"
    return (
        f"position  {position.partition} {position.offset}\n"
        f"time      {clock(letter.timestamp)} UTC\n"
        f"error     {letter.error}\n"
        f"reason    {letter.reason}\n"
        f"attempts  {letter.attempts}\n"
        f"size      {letter.raw_size} bytes, sha256 {letter.raw_sha256}\n"
        f"redriven  {redriven}\n"
        f"record    {encode_envelope(record).decode()}"
    )


def _table(title: str, *columns: str) -> Table:
    whole = [Column(name, no_wrap=True) for name in (*columns, "Error")]
    return Table(*whole, Column("Reason", overflow="fold"), title=title, title_justify="left")
