"""Files that may be compressed, and files that appear whole or not at all."""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

STANDARD = Path("-")
"""Standard input or output."""


@contextmanager
def open_binary(path: Path) -> Iterator[BinaryIO]:
    """Open for reading, through gzip where the name ends in `.gz`; `-` is standard input."""
    if path == STANDARD:
        yield sys.stdin.buffer
        return
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        yield cast("BinaryIO", file)


@contextmanager
def write_whole(path: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when all is written, compressed where that ends in `.gz`; `-` is standard output."""
    if path == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as raw, _compressed(raw, path) as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _compressed(raw: BinaryIO, path: Path) -> Iterator[BinaryIO]:
    """Without a name and a time in the header, so that the same content makes the same bytes."""
    if path.suffix != ".gz":
        yield raw
        return
    with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as file:
        yield cast("BinaryIO", file)
