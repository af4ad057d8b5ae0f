"""The least that is exactly once: confluent_kafka, msgspec and a dict, a transaction for each batch."""

from collections import defaultdict

import msgspec
from confluent_kafka import Consumer, Message, Producer

from tests.benchmarks.setup import from_environment

BATCH = 5_000
BATCH_S = 0.03
TRANSACTION_S = 30.0


class Counting(msgspec.Struct):
    """The input."""

    agent_id: str


class Counted(msgspec.Struct):
    """The output."""

    agent_id: str
    count: int


class Loop:
    """Consume, count, produce, commit."""

    def __init__(self) -> None:
        self._setup = from_environment()
        brokers = {"bootstrap.servers": self._setup.bootstrap}
        self._consumer = Consumer({
            **brokers, "group.id": self._setup.app_id, "auto.offset.reset": "earliest",
            "enable.auto.commit": False, "isolation.level": "read_committed",
        })  # fmt: skip
        self._producer = Producer({**brokers, "transactional.id": self._setup.app_id, "linger.ms": 0,
                                   "queue.buffering.max.messages": 1_000_000})  # fmt: skip
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._decode = msgspec.json.Decoder(Counting).decode
        self._encode = msgspec.json.Encoder().encode

    def run(self) -> None:
        """For ever."""
        self._producer.init_transactions()
        self._consumer.subscribe([self._setup.input])
        while True:
            messages = [message for message in self._consumer.consume(BATCH, BATCH_S) if message.error() is None]
            if messages:
                self._commit(messages)

    def _commit(self, messages: list[Message]) -> None:
        self._producer.begin_transaction()
        for message in messages:
            agent = self._decode(message.value()).agent_id
            self._counts[agent] += 1
            counted = self._encode(Counted(agent, self._counts[agent]))
            self._producer.produce(self._setup.output, counted, message.key(), message.partition())
        positions = self._consumer.position(self._consumer.assignment())
        self._producer.send_offsets_to_transaction(positions, self._consumer.consumer_group_metadata())
        self._producer.commit_transaction(TRANSACTION_S)


if __name__ == "__main__":
    Loop().run()
