"""Genesis: the first record of each partition of the raw topic enrolls the operator's key."""

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from app.bus.connection import confluent
from app.bus.issuer import Issuer
from app.bus.reader import TopicReader
from app.bus.transport import quiet_logger
from app.core.commands import EnrollKey
from app.errors import RingfenceError
from app.events import Header
from app.settings import KafkaSettings
from app.topics import RAW

_TIMEOUT_S = 30.0


class GenesisError(RingfenceError):
    """The raw topic cannot get, or does not have, its first records."""


def write_genesis(settings: KafkaSettings, operator: Issuer) -> list[int]:
    """Enroll the operator's key on every partition that is empty; returns those.

    Safe to repeat and to run twice at once: a transactional id of its own lets one writer at a time in.
    Raises GenesisError.
    """
    producer = Producer(
        {**confluent(settings), "transactional.id": "ringfence-genesis", "message.timeout.ms": 30_000},
        logger=quiet_logger(),
    )
    try:
        producer.init_transactions(_TIMEOUT_S)
        empty = _empty_partitions(settings)
        if empty:
            producer.begin_transaction()
            for partition in empty:
                _append(producer, settings, operator, partition)
            producer.commit_transaction(_TIMEOUT_S)
    except KafkaException as error:
        raise GenesisError(f"cannot write the first records of {RAW.name}: {error.args[0].str()}") from error
    return empty


def has_genesis(settings: KafkaSettings, partition: int) -> bool:
    """Whether the first record of a partition of the raw topic is a control record. Raises ReadError."""
    with TopicReader(settings, RAW.name) as reader:
        (span,) = reader.spans(only=partition)
        first = next(reader.read(span), None)
    return first is not None and any(name == Header.CONTROL for name, _ in first.headers)


def _append(producer: Producer, settings: KafkaSettings, operator: Issuer, partition: int) -> None:
    value, headers = operator.sign(
        EnrollKey(
            partition=partition,
            name=operator.name,
            public_key=operator.public_key,
            role="operator",
            partitions=settings.partitions,
        )
    )
    producer.produce(RAW.name, value, partition=partition, headers=headers)


def _empty_partitions(settings: KafkaSettings) -> list[int]:
    consumer = Consumer(
        {**confluent(settings), "group.id": "ringfence-genesis", "enable.auto.commit": False}, logger=quiet_logger()
    )
    try:
        metadata = consumer.list_topics(RAW.name, timeout=_TIMEOUT_S).topics[RAW.name]
        if metadata.error is not None:
            raise KafkaException(KafkaError(metadata.error.code()))
        return [number for number in sorted(metadata.partitions) if _is_empty(consumer, number)]
    finally:
        consumer.close()


def _is_empty(consumer: Consumer, partition: int) -> bool:
    _, end = consumer.get_watermark_offsets(TopicPartition(RAW.name, partition), timeout=_TIMEOUT_S, cached=False)
    return bool(end == 0)
