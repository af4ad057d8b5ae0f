"""What is told of: the messages on the topics that the fold writes."""

from collections.abc import Callable, Iterator, Mapping

import msgspec
import structlog
from aiokafka import ConsumerRecord

from app.delivery import Fetched
from app.events import Alert, DeadLetter, Decision, Transition
from app.topics import ALERTS, DEAD_LETTERS, DECISIONS, ENFORCEMENT

log = structlog.get_logger(__name__)

Message = Decision | Alert | Transition | DeadLetter

_DECODE: Mapping[str, Callable[[bytes], Message]] = {
    DECISIONS.name: msgspec.json.Decoder(Decision).decode,
    ALERTS.name: msgspec.json.Decoder(Alert).decode,
    ENFORCEMENT.name: msgspec.json.Decoder(Transition).decode,
    DEAD_LETTERS.name: msgspec.json.Decoder(DeadLetter).decode,
}
TOPICS = tuple(_DECODE)


def messages_of(fetched: Fetched) -> Iterator[Message]:
    """The messages in order of each partition; deletions, and what is none (the log says so), are left out."""
    for records in fetched.values():
        for record in records:
            message = _message(record)
            if message is not None:
                yield message


def _message(record: ConsumerRecord) -> Message | None:
    if record.value is None:
        return None
    try:
        return _DECODE[record.topic](record.value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        log.error(  # noqa: TRY400 - a line
            "not a message", topic=record.topic, partition=record.partition, offset=record.offset, reason=str(error)
        )
        return None
