"""Redriving: appending the record of a dead letter to the log again, signed, where it stood before."""

from collections.abc import Iterable
from typing import NamedTuple

from confluent_kafka import KafkaError, Message, Producer

from app.bus.connection import confluent
from app.bus.dead_letters import original, place
from app.bus.diagnosis import explain
from app.bus.envelope import Envelope
from app.bus.errors import RedriveError
from app.bus.issuer import Issuer
from app.bus.reader import TopicReader
from app.bus.transport import ClientConfig, quiet_logger
from app.core.commands import decode_origin
from app.core.errors import Refused
from app.events import DeadLetter, Header, LogPosition
from app.settings import KafkaSettings
from app.topics import MAX_RAW_BYTES, RAW

_OF_A_COPY = frozenset({Header.ORIGIN, Header.SIGNATURE})
_TIMEOUT_S = 30.0
_CONFIG: ClientConfig = {
    "enable.idempotence": True,
    "message.max.bytes": MAX_RAW_BYTES,
    "delivery.timeout.ms": int(_TIMEOUT_S * 1000),
}


class Redriven(NamedTuple):
    """What became of a letter: where its copy stands, and whether it stood there before."""

    position: LogPosition
    copy: LogPosition
    before: bool


def copies(kafka: KafkaSettings, letters: Iterable[DeadLetter]) -> dict[LogPosition, LogPosition]:
    """Where copies stand of the records of these letters that were redriven already, by the record's position.

    A copy stands on the partition of its record, behind it; so that much of the log is read.
    """
    first: dict[int, int] = {}
    for position in map(place, letters):
        first[position.partition] = min(position.offset, first.get(position.partition, position.offset))
    found: dict[LogPosition, LogPosition] = {}
    with TopicReader(kafka, RAW.name) as reader:
        for partition, offset in first.items():
            for span in reader.spans(start=offset + 1, only=partition):
                for record in reader.read(span):
                    _note_copy(record, found)
    return found


def redrive(kafka: KafkaSettings, issuer: Issuer, letter: DeadLetter, reason: str) -> LogPosition:
    """Append a letter's record again: its bytes, key, headers and timestamp, and a signed origin; its new position.

    The fold counts a copy once, however often it is appended. A copy of a copy names the copy as its origin.
    Raises RedriveError for a command, which is never accepted twice, and where Kafka refuses the record.
    """
    record = original(kafka, letter)
    if any(name == Header.CONTROL for name, _ in record.headers):
        raise RedriveError(f"{_at(place(letter))} is a command, and those are accepted once: give it again instead")
    headers = [(name, value) for name, value in record.headers if name not in _OF_A_COPY]
    return _append(kafka, record, headers + issuer.sign_copy(record, reason, record.partition))


def _append(kafka: KafkaSettings, record: Envelope, headers: list[tuple[str, bytes]]) -> LogPosition:
    placed: list[LogPosition] = []
    failed: list[KafkaError] = []

    def report(error: KafkaError | None, message: Message) -> None:
        if error is None:
            placed.append(LogPosition(record.partition, message.offset()))
        else:
            failed.append(error)

    config = {
        "enable.idempotence": True,
        "message.max.bytes": MAX_RAW_BYTES,
        "delivery.timeout.ms": int(_TIMEOUT_S * 1000),
    }
    producer = Producer({**confluent(kafka), **config}, logger=quiet_logger())
    producer.produce(
        RAW.name,
        record.value,
        record.key,
        partition=record.partition,
        timestamp=record.timestamp,
        headers=headers,
        on_delivery=report,
    )
    producer.flush(_TIMEOUT_S + 1)
    if not placed:
        cause = explain(failed[0], kafka, RAW.name) if failed else "no answer"
        raise RedriveError(f"{_at(LogPosition(record.partition, record.offset))} was not appended: {cause}")
    return placed[0]


def _note_copy(record: Envelope, found: dict[LogPosition, LogPosition]) -> None:
    encoded = dict(record.headers).get(Header.ORIGIN)
    if encoded is None:
        return
    try:
        origin = decode_origin(encoded)
    except Refused:
        return
    if origin.reason != "forward":
        found[LogPosition(origin.partition, origin.offset)] = LogPosition(record.partition, record.offset)


def _at(position: LogPosition) -> str:
    return f"{RAW.name}[{position.partition}]@{position.offset}"
