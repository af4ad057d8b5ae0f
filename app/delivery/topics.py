"""Waiting for topics: a group that subscribes to one that is not there is given nothing, and told of nothing."""

import asyncio

import structlog
from aiokafka import AIOKafkaConsumer

from app.delivery.sink import Sink

log = structlog.get_logger(__name__)

_LOOK_S = 1.0


async def await_topics(consumer: AIOKafkaConsumer, sink: Sink) -> set[str]:
    """Wait until a started consumer sees all topics of a sink; those that had to be waited for.

    Raises KafkaError where no broker answers.
    """
    awaited: set[str] = set()
    while missing := set(sink.topics) - await consumer.topics():
        if not missing <= awaited:
            _say(sink, missing)
        awaited |= missing
        await asyncio.sleep(_LOOK_S)
    return awaited


def _say(sink: Sink, missing: set[str]) -> None:
    log.warning(
        "sink waits for topics that are not there, or that it may not describe",
        sink=sink.name,
        topics=sorted(missing),
        help="`ringfence prepare` declares them",
    )
