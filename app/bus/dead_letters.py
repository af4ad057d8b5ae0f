"""The dead letters of the worker: reading them, and the records that they stand for."""

from collections.abc import Iterator
from hashlib import sha256

import msgspec

from app.bus.envelope import Envelope
from app.bus.errors import NoSuchLetterError, ReadError, RedriveError
from app.bus.reader import Span, TopicReader
from app.events import DeadLetter, LogPosition
from app.settings import KafkaSettings
from app.topics import DEAD_LETTERS, RAW

_letter = msgspec.json.Decoder(DeadLetter)


def place(letter: DeadLetter) -> LogPosition:
    """Where the record stands on the raw topic. Letters on the topic always have a partition and an offset."""
    assert isinstance(letter.position, LogPosition)
    return letter.position


def read_letters(kafka: KafkaSettings) -> Iterator[DeadLetter]:
    """All dead letters, by partition, then offset of their records. Raises ReadError, UnreachableError."""
    with TopicReader(kafka, DEAD_LETTERS.name) as reader:
        for span in reader.spans():
            for record in reader.read(span):
                yield _decode(record)


def find_letter(kafka: KafkaSettings, position: LogPosition) -> DeadLetter:
    """The dead letter of the record at a position of the raw topic. Raises NoSuchLetterError."""
    for letter in read_letters(kafka):
        if letter.position == position:
            return letter
    raise NoSuchLetterError(
        f"no dead letter of {RAW.name}[{position.partition}]@{position.offset}: `ringfence dead-letter list` shows all"
    )


def original(kafka: KafkaSettings, letter: DeadLetter) -> Envelope:
    """The record that a letter stands for, from the raw topic where the letter does not hold its bytes.

    Raises RedriveError where the raw topic does not have it any more, or has something else there.
    """
    if letter.raw is None:
        return _fetch(kafka, letter)
    position = place(letter)
    return Envelope(
        RAW.name,
        position.partition,
        position.offset,
        letter.timestamp,
        letter.key,
        letter.raw,
        list(letter.headers),
    )


def _fetch(kafka: KafkaSettings, letter: DeadLetter) -> Envelope:
    position = place(letter)
    with TopicReader(kafka, RAW.name) as reader:
        span = Span(position.partition, position.offset, position.offset + 1)
        record = next(reader.read(span), None)
    if record is None or sha256(record.value or b"").hexdigest() != letter.raw_sha256:
        raise RedriveError(
            f"{RAW.name}[{position.partition}]@{position.offset} does not hold the {letter.raw_size} bytes of this "
            "letter any more: restore them from an archive"
        )
    return record


def _decode(record: Envelope) -> DeadLetter:
    try:
        return _letter.decode(record.value or b"")
    except msgspec.DecodeError as error:
        raise ReadError(f"{record.topic}[{record.partition}]@{record.offset}: no dead letter: {error}") from error
