"""Skips: positions that must not be folded, named in signed records of a topic of their own.

A position that ends the process cannot be refused by the fold itself, and a gap in the log has no
record at all; so both are named beside the log, and every fold of it reads the same skips first.
"""

from collections.abc import Iterable

from app.core.commands import Skip, check_signature, decode
from app.core.errors import Refused
from app.core.state import State
from app.events import Header
from app.record import LogRecord


class SignedSkip:
    """A skip with what is needed to verify it, once the partition's keys are known."""

    __slots__ = ("signature", "skip", "value")

    def __init__(self, skip: Skip, value: bytes, signature: bytes | None) -> None:
        self.skip = skip
        self.value = value
        self.signature = signature

    def covers(self, offset: int) -> bool:
        return self.skip.first <= offset <= self.skip.last


def read_skips(records: Iterable[LogRecord], partition: int) -> list[SignedSkip]:
    """The skips of one partition, of the records of the skips topic; what is no skip is left out."""
    skips = []
    for record in records:
        headers = dict(record.headers)
        try:
            command = decode(record.value, headers.get(Header.CONTROL, b""))
        except Refused:
            continue
        if isinstance(command, Skip) and command.partition == partition:
            skips.append(SignedSkip(command, record.value or b"", headers.get(Header.SIGNATURE)))
    return skips


def check_skip(state: State, record: LogRecord) -> None:
    """Raises Refused (Skipped) where an enrolled key has signed that this position must not be folded."""
    for signed in state.skips:
        if signed.covers(record.offset) and allows(state, signed):
            raise Refused("Skipped", signed.skip.reason)


def allows(state: State, signed: SignedSkip) -> bool:
    """Whether a skip is signed by a key that the partition knows."""
    key = state.partition.keys.get(signed.skip.issuer)
    if key is None:
        return False
    try:
        check_signature(key.public_key, signed.signature, signed.value)
    except Refused:
        return False
    return True
