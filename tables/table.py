"""How a table is declared."""

from typing import NamedTuple

import msgspec


class TableSpec(NamedTuple):
    """A table of the worker: what its entries are, under which key, and when they go.

    Entries are stored as JSON, keys as JSON arrays of `key`'s parts; the changelog is
    `<app id>-<name>-changelog`.
    """

    name: str
    entry: type[msgspec.Struct]
    key: tuple[str, ...]
    expiry: str

    @property
    def description(self) -> str:
        """One line for `faust tables`."""
        return f"[{', '.join(self.key)}] -> {self.entry.__name__}. {self.expiry}"
