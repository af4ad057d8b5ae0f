"""A file of plain messages, one JSON a line, as records of one partition: positions are line numbers."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from app.bus.fleet import with_fleet
from app.lines import open_lines


class LineRecord(msgspec.Struct, frozen=True):
    """A line as a record; it has no record timestamp, so only the clock `messages` makes sense."""

    offset: int
    value: bytes
    partition: int = 0
    timestamp: int = 0
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


def read_plain(path: Path, fleet_from: str | None = None) -> Iterator[LineRecord]:
    """The lines of a file as records; `fleet_from` is the path of the field that names the fleet."""
    with open_lines(path) as lines:
        for number, line in enumerate(lines):
            value = line.rstrip(b"\r\n")
            yield LineRecord(number, value if fleet_from is None else with_fleet(value, fleet_from))
