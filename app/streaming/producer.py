"""One transactional producer for each source partition: its transactional id fences whoever had it before."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import aiokafka.producer.sender
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder

from app.streaming.errors import OutputTooLargeError
from app.streaming.fold import Output

# aiokafka waits 20 ms after the broker answers CONCURRENT_TRANSACTIONS; at 2 ms a transaction takes 3-7 ms
# instead of 28.
aiokafka.producer.sender.BACKOFF_OVERRIDE = 0.002

BATCH_BYTES = 1000 * 1000
"""Size of a batch: topics take batches of 1 MiB (`max.message.bytes`)."""

MAX_OUTPUT_BYTES = 16 * 1024 * 1024
"""Size of the largest record that any topic takes."""

_TRANSACTION_TIMEOUT_MS = 10_000

_NO_COMPRESSION = 0


class OutputBatch(BatchBuilder):  # type: ignore[misc] # aiokafka has no types
    """A batch for the log. Its `add` takes half the time of `append`, which is most of a small output's cost."""

    def __init__(self) -> None:
        super().__init__(BATCH_BYTES, _NO_COMPRESSION, is_transactional=1)

    def add(self, output: Output) -> bool:
        """Append a record; False if it does not fit.

        Raises:
            OutputTooLargeError: it is over MAX_OUTPUT_BYTES. (A batch takes its first record whatever the size.)

        """
        _, _, key, value, headers, timestamp = output
        if value is not None and len(value) > MAX_OUTPUT_BYTES:
            raise OutputTooLargeError(output.topic, output.partition, len(value), MAX_OUTPUT_BYTES)
        if self._builder.append(self._relative_offset, timestamp, key, value, list(headers)) is None:
            return False
        self._relative_offset += 1
        return True


Batches = Sequence[tuple[TopicPartition, OutputBatch]]


class TransactionalProducer:
    """Appends the outputs of a partition's fold and the position of its input, all or nothing.

    `topics` are looked up at the start: later each costs the first transaction 0.1 s. `reach` passes a
    failpoint. Starting waits until the open transaction of a predecessor is settled.
    """

    def __init__(
        self,
        aiokafka: Mapping[str, object],
        transactional_id: str,
        topics: Collection[str],
        reach: Callable[[str], None],
    ) -> None:
        self._reach = reach
        self._topics = topics
        self._producer = AIOKafkaProducer(
            **aiokafka,
            transactional_id=transactional_id,
            transaction_timeout_ms=_TRANSACTION_TIMEOUT_MS,
            max_batch_size=BATCH_BYTES,
            linger_ms=0,
            acks="all",
        )

    async def start(self) -> None:
        """Fence the predecessor. It can commit nothing from here on, and all it committed can be read."""
        await self._producer.start()
        await self._producer.client.set_topics(self._topics)

    async def stop(self) -> None:
        """Let go. A transaction left open is settled by the successor."""
        await self._producer.stop()

    def encode(self, outputs: Iterable[Output]) -> Batches:
        """Encode records into batches, in order within each topic and partition.

        Raises:
            OutputTooLargeError: a record is over MAX_OUTPUT_BYTES.

        """
        grouped: defaultdict[TopicPartition, list[Output]] = defaultdict(list)
        for output in outputs:
            grouped[TopicPartition(output.topic, output.partition)].append(output)
        return [(target, batch) for target, group in grouped.items() for batch in self._fill(group)]

    async def send(self, batches: Batches) -> Mapping[TopicPartition, int]:
        """Begin a transaction, append the batches, wait for them; the next offset of each partition."""
        self._reach("before-transaction")
        await self._producer.begin_transaction()
        sent = []
        for target, batch in batches:
            sent.append(await self._producer.send_batch(batch, target.topic, partition=target.partition))
            self._reach("between-sends")
        return {
            target: (await future).offset + batch.record_count()
            for (target, batch), future in zip(batches, sent, strict=True)
        }

    async def commit(self, group: str, offsets: Mapping[TopicPartition, int]) -> None:
        """Commit the transaction, with the offsets of a consumer group if there are any."""
        if offsets:
            await self._producer.send_offsets_to_transaction(dict(offsets), group)
        self._reach("before-commit")
        await self._producer.commit_transaction()
        self._reach("after-commit")

    @staticmethod
    def _fill(outputs: Iterable[Output]) -> Iterator[OutputBatch]:
        batch = OutputBatch()
        for output in outputs:
            if not batch.add(output):
                yield batch
                batch = OutputBatch()
                batch.add(output)
        yield batch
