"""What a topic refuses for good, known before anything is sent."""

from collections.abc import Sequence

from app.bus.errors import FutureTimestampError, MessageTooLargeError
from app.bus.message import Message
from app.topics import MAX_OUTPUT_BYTES, TOPICS, Topic

FRAME_BYTES = 512
"""Room for what Kafka and the spool add: the batch's header (61), a record's lengths, the spool's headers."""

_MAX_HEADER_FRAME = 10


def wire_size(message: Message) -> int:
    """Bytes of the message alone in an uncompressed record batch, at most.

    >>> wire_size(Message("t", b"fleet", b"{}"))
    519
    """
    headers = sum(len(name.encode()) + len(value) + _MAX_HEADER_FRAME for name, value in message.headers)
    return FRAME_BYTES + len(message.key) + len(message.value or b"") + headers


class Limits:
    """The limits of the declared topics; another topic is taken to have the usual size limit and no limit of time.

    >>> from app.topics import RAW
    >>> Limits().check(Message(RAW.name, b"f", b"{}", timestamp=61_000, origin="a.jsonl:7"), now_ms=999)
    Traceback (most recent call last):
    ...
    app.bus.errors.FutureTimestampError: a.jsonl:7: stamped 60001 ms ahead; agent-messages-raw allows 60000: check the sender's clock
    """  # noqa: E501 - the line of a traceback cannot be broken

    def __init__(self, topics: Sequence[Topic] = TOPICS) -> None:
        self._bytes = {topic.name: int(topic.config["max.message.bytes"]) for topic in topics}
        self._ahead_ms = {
            topic.name: int(ahead)
            for topic in topics
            if (ahead := topic.config.get("message.timestamp.after.max.ms")) is not None
        }

    def check(self, message: Message, now_ms: int) -> None:
        """Raise MessageTooLargeError or FutureTimestampError, naming the message's origin."""
        self._check_size(message)
        self._check_time(message, now_ms)

    def _check_size(self, message: Message) -> None:
        size, limit = wire_size(message), self._bytes.get(message.topic, MAX_OUTPUT_BYTES)
        if size > limit:
            raise MessageTooLargeError(
                f"{message.origin or 'message'}: {size} bytes; {message.topic} takes at most {limit}: "
                "send a reference to the content instead"
            )

    def _check_time(self, message: Message, now_ms: int) -> None:
        limit = self._ahead_ms.get(message.topic)
        ahead = 0 if message.timestamp is None else message.timestamp - now_ms
        if limit is not None and ahead > limit:
            raise FutureTimestampError(
                f"{message.origin or 'message'}: stamped {ahead} ms ahead; {message.topic} allows {limit}: "
                "check the sender's clock"
            )
