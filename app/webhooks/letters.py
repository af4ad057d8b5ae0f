"""Dead letters: events that an endpoint would not have, kept on a topic of their own."""

import asyncio
from typing import Protocol

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from msgspec import Struct

from app.bus.admin import declare
from app.bus.connect import KafkaConnection
from app.bus.connection import aiokafka
from app.settings import KafkaSettings
from app.topics import WEBHOOK_LETTERS
from app.webhooks.event import Event


class Letter(Struct, frozen=True):
    """The value of a record of `webhook-dead-letters` (key: the endpoint's name)."""

    endpoint: str
    event_id: str
    type: str
    status: int
    """The last answer."""
    attempts: int
    time: int
    """When it was given up, ms since the epoch."""
    body: msgspec.Raw
    """As it was sent."""


class Letters(Protocol):
    """Where dead letters are kept."""

    async def keep(self, letter: Letter) -> None:
        """Keep one, durably when this returns."""

    async def close(self) -> None:
        """Let go of the connections."""


def letter_of(endpoint: str, event: Event, status: int, attempts: int, time_ms: int) -> Letter:
    """The letter of an event that is given up."""
    return Letter(endpoint, event.id, event.type, status, attempts, time_ms, msgspec.Raw(event.body))


class KafkaLetters:
    """Keeps them on Kafka; connects, and declares the topic, with the first one."""

    def __init__(self, kafka: KafkaSettings) -> None:
        self._kafka = kafka
        self._producer: AIOKafkaProducer | None = None
        self._connecting = asyncio.Lock()

    async def keep(self, letter: Letter) -> None:
        """Append it. Raises KafkaError, UnreachableError where Kafka does not take it."""
        producer = await self._connected()
        key = letter.endpoint.encode()
        try:
            await producer.send_and_wait(WEBHOOK_LETTERS.name, msgspec.json.encode(letter), key=key)
        except KafkaError:  # a producer that has lost its order sends no more
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of the connections."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def _connected(self) -> AIOKafkaProducer:
        async with self._connecting:
            if self._producer is None:
                await asyncio.to_thread(self._declare)
                producer = AIOKafkaProducer(**aiokafka(self._kafka), acks="all", enable_idempotence=True)
                await producer.start()
                self._producer = producer
            return self._producer

    def _declare(self) -> None:
        declare(KafkaConnection(self._kafka).connect(), self._kafka, [WEBHOOK_LETTERS])
