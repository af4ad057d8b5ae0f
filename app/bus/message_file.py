"""A file of messages, one a line, that can be taken up again where it was left."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from app.bus.errors import LineTooLongError
from app.topics import MAX_RAW_BYTES

MAX_LINE_BYTES = 4 * MAX_RAW_BYTES
_CHUNK_BYTES = 512 * 1024
_HEAD_BYTES = 64 * 1024


class Place(msgspec.Struct, frozen=True):
    """How far a file has been read: bytes (uncompressed) and lines, and whether that was all."""

    offset: int = 0
    lines: int = 0
    finished: bool = False


class Line(NamedTuple):
    """A line without its end: its number from 1, and the offset behind it."""

    number: int
    value: bytes
    end: int


def identity(path: Path) -> str:
    """What makes it the same file at the next start: its path, its size and how it begins."""
    with path.open("rb") as file:
        head = hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()
    return f"{path.resolve()}:{path.stat().st_size}:{head}"


def read_lines(file: IO[bytes], place: Place, origin: str) -> Iterator[list[Line]]:
    r"""The lines behind a place, as they arrive: those of a pipe do not wait for a buffer to be full.

    Raises LineTooLongError, naming the line by `origin` and number.

    >>> import io
    >>> list(read_lines(io.BytesIO(b"one\ntwo\r\nthree"), Place(offset=4, lines=1), "a.jsonl"))
    [[Line(number=2, value=b'two', end=9)], [Line(number=3, value=b'three', end=14)]]
    """
    if place.offset:
        file.seek(place.offset)
    held: list[bytes] = []
    number, end = place.lines, place.offset
    while chunk := file.read1(_CHUNK_BYTES):  # type: ignore[attr-defined] # every buffered or compressed file has it
        first, *more = chunk.split(b"\n")
        held.append(first)
        if more:
            found = []
            for raw in (b"".join(held), *more[:-1]):
                number, end = number + 1, end + len(raw) + 1
                found.append(Line(number, raw.rstrip(b"\r"), end))
            held = [more[-1]]
            yield found
        if sum(map(len, held)) > MAX_LINE_BYTES:
            raise LineTooLongError(
                f"{origin}:{number + 1}: over {MAX_LINE_BYTES} bytes without an end: is it JSON Lines?"
            )
    if last := b"".join(held):
        yield [Line(number + 1, last.rstrip(b"\r"), end + len(last))]
