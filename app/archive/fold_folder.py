"""The folder that `ringfence fold` has written: its graph, its tables."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from app.archive.errors import FoldInputError
from app.lines import open_lines

E = TypeVar("E", bound=msgspec.Struct)
Key = tuple[str | int, ...]


class _Line(msgspec.Struct):
    key: Key
    entry: msgspec.Raw


_line = msgspec.json.Decoder(_Line)


class FoldFolder:
    """Results of a fold. Raises FoldInputError where there are none at `path`, a folder or its `graph.jsonl`."""

    def __init__(self, path: Path) -> None:
        self._folder = path.parent if path.is_file() else path
        self._graph = path if path.is_file() else self._named("graph")

    def graph(self) -> Iterator[bytes]:
        """The deltas of all fleets."""
        with open_lines(self._graph) as lines:
            yield from lines

    def table(self, name: str, entry: type[E], /) -> dict[Key, E]:
        """The entries of a stored table, in the order of their keys; none where the file is missing."""
        try:
            path = self._named(f"tables/{name}")
        except FoldInputError:
            return {}
        with open_lines(path) as lines:
            decoded = map(_line.decode, lines)
            return {line.key: msgspec.json.decode(line.entry, type=entry) for line in decoded}

    def _named(self, name: str) -> Path:
        for path in (self._folder / f"{name}.jsonl", self._folder / f"{name}.jsonl.gz"):
            if path.is_file():
                return path
        raise FoldInputError(f"{self._folder}: no {name}.jsonl there; `ringfence fold FILE --out FOLDER` writes it")
