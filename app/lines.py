"""JSON Lines files: plain, or gzip by their name; whole, or not there at all."""

import gzip
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

STANDARD = Path("-")
"""Standard input or output."""


def open_lines(path: Path) -> IO[bytes]:
    """Open for reading; `-` is the standard input."""
    if path == STANDARD:
        return sys.stdin.buffer
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


class LinesWriter:
    r"""Writes values, a line each; the file takes its name only when all is written. `-` is the standard output.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.jsonl.gz"
    >>> with LinesWriter(path) as lines:
    ...     lines.write(b'{"a":1}')
    >>> with open_lines(path) as file:
    ...     list(file)
    [b'{"a":1}\n']
    """

    def __init__(self, path: Path) -> None:
        self.count = 0
        """Lines written."""
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._raw = sys.stdout.buffer if path == STANDARD else self._part.open("wb")
        zipped = path.suffix == ".gz"
        self._out = gzip.GzipFile(filename="", fileobj=self._raw, mode="wb", mtime=0) if zipped else self._raw

    def write(self, value: bytes) -> None:
        self._out.write(value)
        self._out.write(b"\n")
        self.count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._path == STANDARD:
            self._out.flush()
            return
        self._out.close()
        self._raw.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink()
