"""What the tests of the bus ask of a topic."""

from collections import defaultdict
from collections.abc import Iterable

from app.bus.envelope import Envelope
from app.events import Header


def source_position(record: Envelope) -> tuple[bytes, int]:
    """Who sent a record, and its number."""
    headers = dict(record.headers)
    return headers[Header.SOURCE], int(headers[Header.SOURCE_SEQUENCE])


def without_repeats(records: Iterable[Envelope]) -> list[Envelope]:
    """What the fold keeps: per partition and source, the records whose sequence rises."""
    last: dict[tuple[int, bytes], int] = defaultdict(int)
    kept = []
    for record in records:
        source, sequence = source_position(record)
        if sequence > last[record.partition, source]:
            last[record.partition, source] = sequence
            kept.append(record)
    return kept


def values_by_key(records: Iterable[Envelope]) -> dict[bytes | None, list[bytes | None]]:
    """The values of each key, in the order of the log."""
    values: dict[bytes | None, list[bytes | None]] = defaultdict(list)
    for record in records:
        values[record.key].append(record.value)
    return dict(values)
