"""A worker's table as its changelog holds it: the entries as of the last commit."""

from typing import TypeVar

import msgspec

from app.bus.reader import latest_values
from app.settings import KafkaSettings
from app.topics import changelog

E = TypeVar("E", bound=msgspec.Struct)
Key = tuple[str | int, ...]

_key = msgspec.json.Decoder(Key)


def read_table(settings: KafkaSettings, app_id: str, table: str, entry: type[E]) -> dict[Key, E]:
    """All entries of a table, in the order of their keys.

    Raises ReadError where the changelog cannot be read.
    """
    latest = latest_values(settings, changelog(app_id, table).name)
    decoder = msgspec.json.Decoder(entry)
    return {_key.decode(key): decoder.decode(record.value or b"null") for key, record in sorted(latest.items())}
