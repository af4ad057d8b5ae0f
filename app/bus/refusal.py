"""What an error of the broker means for the message that got it."""

from enum import Enum

from confluent_kafka import KafkaError

_FOR_GOOD = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.RECORD_LIST_TOO_LARGE,
        KafkaError.INVALID_MSG_SIZE,
        KafkaError.INVALID_TIMESTAMP,
        KafkaError.INVALID_RECORD,
        KafkaError.POLICY_VIOLATION,
    }
)
_AFTER_RETRIES = frozenset({KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED})


class Refusal(Enum):
    """Whether the broker refuses the message itself, and after how many attempts it is believed."""

    FOR_GOOD = 1
    """The same bytes will always be refused; but of a batch, only the culprit."""
    AFTER_RETRIES = 5
    """All messages for this topic are; an operator may be granting the right just now."""
    NOT_THE_MESSAGE = 0
    """The connection, the client or another message of the batch is to blame: send it again."""


def classify(code: int) -> Refusal:
    """Classify an error code of Kafka or librdkafka.

    >>> classify(KafkaError.INVALID_TIMESTAMP), classify(KafkaError._PURGE_QUEUE)
    (<Refusal.FOR_GOOD: 1>, <Refusal.NOT_THE_MESSAGE: 0>)
    """
    if code in _FOR_GOOD:
        return Refusal.FOR_GOOD
    return Refusal.AFTER_RETRIES if code in _AFTER_RETRIES else Refusal.NOT_THE_MESSAGE


def error_name(code: int) -> str:
    """The error's name in Kafka's protocol.

    >>> error_name(KafkaError.INVALID_TIMESTAMP)
    'INVALID_TIMESTAMP'
    """
    return str(KafkaError(code).name())
