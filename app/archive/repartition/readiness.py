"""Whether a system is at rest, so that its log can be replaced."""

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from app.archive.repartition.errors import NotReadyError
from app.archive.repartition.patience import patiently
from app.archive.repartition.survey import is_tick
from app.archive.stored_table import read_table
from app.bus.admin import TIMEOUT_S
from app.bus.connection import confluent
from app.bus.diagnosis import explain
from app.bus.reader import TopicReader
from app.bus.transport import quiet_logger
from app.core.entries import PartitionEntry
from app.settings import KafkaSettings
from app.topics import RAW

_OPEN_S = 20.0


class WorkersRunError(NotReadyError):
    """Workers fold; one that was killed counts until its session ends."""


class OpenTransactionError(NotReadyError):
    """Somebody's records on the raw topic are neither committed nor aborted."""


def demand_no_workers(admin: AdminClient, kafka: KafkaSettings, group: str) -> None:
    """Raises WorkersRunError while the workers' consumer group has members."""
    try:
        described = admin.describe_consumer_groups([group], request_timeout=TIMEOUT_S)[group].result(TIMEOUT_S)
    except KafkaException as error:
        if error.args[0].code() == KafkaError.GROUP_ID_NOT_FOUND:
            return
        raise explain(error.args[0], kafka) from error
    if described.members:
        raise WorkersRunError(
            f"{len(described.members)} workers of {group!r} run: stop them first, `ringfence down` where "
            "`ringfence up` started them"
        )


def demand_all_folded(kafka: KafkaSettings, app_id: str) -> None:
    """Raises NotReadyError while the raw topic has records that the tables do not know, or an open transaction.

    Ticks do not count: a worker that stops leaves its last one behind.
    """
    settled_ends(kafka)
    folded = read_table(kafka, app_id, "partitions", PartitionEntry)
    with TopicReader(kafka, RAW.name) as reader:
        for span in reader.spans():
            entry = folded.get((span.partition,))
            rest = span._replace(start=max(span.start, entry.next_offset if entry else 0))
            if any(not is_tick(dict(record.headers)) for record in reader.read(rest)):
                raise NotReadyError(
                    f"partition {span.partition} has records from offset {rest.start} on that no worker has folded: "
                    "let the workers catch up first (`ringfence status` shows how far they are)"
                )


def settled_ends(kafka: KafkaSettings) -> dict[int, int]:
    """The end offset of each partition of the raw topic, once no transaction is open there.

    Raises OpenTransactionError where one stays open for longer than Kafka lets ours.
    """
    return patiently(lambda error: isinstance(error, OpenTransactionError), _OPEN_S, _settled_ends)(kafka)


def _settled_ends(kafka: KafkaSettings) -> dict[int, int]:
    ends = raw_ends(kafka)
    with TopicReader(kafka, RAW.name) as reader:
        settled = {span.partition: span.end for span in reader.spans()}
    if ends != settled:
        raise OpenTransactionError(f"a transaction on {RAW.name} is still open: stop its producer, then run again")
    return ends


def raw_ends(kafka: KafkaSettings) -> dict[int, int]:
    """The end offset of each partition of the raw topic, what is not committed yet included."""
    consumer = Consumer(
        {**confluent(kafka), "group.id": "ringfence-repartition", "isolation.level": "read_uncommitted"},
        logger=quiet_logger(),
    )
    try:
        partitions = consumer.list_topics(RAW.name, timeout=TIMEOUT_S).topics[RAW.name].partitions
        return {number: _end(consumer, number) for number in sorted(partitions)}
    except KafkaException as error:
        raise explain(error.args[0], kafka, RAW.name) from error
    finally:
        consumer.close()


def _end(consumer: Consumer, partition: int) -> int:
    _, end = consumer.get_watermark_offsets(TopicPartition(RAW.name, partition), timeout=TIMEOUT_S, cached=False)
    return int(end)
