"""A dump of the raw topic, as records to fold: the skips first, then each partition in order."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

from app.bus.envelope import Envelope, decode_envelope, read_envelopes
from app.lines import STANDARD, open_lines
from app.topics import SKIPS


def is_dump(path: Path) -> bool:
    """Whether a file holds envelopes of `ringfence dump`, by its first line; standard input counts as messages."""
    if path == STANDARD:
        return False
    with open_lines(path) as lines:
        try:
            decode_envelope(next(iter(lines), b""))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
    return True


def read_dump(path: Path) -> tuple[list[Envelope], Iterator[Envelope]]:
    """The skips at the head of a dump, and its records. Raises EnvelopeError, naming the line."""
    skips: list[Envelope] = []
    envelopes = read_envelopes(path)
    for envelope in envelopes:
        if envelope.topic != SKIPS.name:
            return skips, chain([envelope], envelopes)
        skips.append(envelope)
    return skips, iter(())
