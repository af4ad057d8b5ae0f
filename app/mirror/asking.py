"""Asking Kafka, which may have no leader for a moment, or may not have all topics yet."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import stamina

from app.bus.errors import ReadError, UnreachableError

T = TypeVar("T")

_PATIENCE_S = 60.0
_LONGEST_WAIT_S = 2.0


async def answered(question: Callable[[], T]) -> T:
    """The answer to a question that may block: asked again while Kafka fails to give one, for a minute.

    >>> asyncio.run(answered(lambda: 7))
    7

    Raises UnreachableError, ReadError after that.
    """
    async for attempt in stamina.retry_context(
        on=(UnreachableError, ReadError), attempts=None, timeout=_PATIENCE_S, wait_max=_LONGEST_WAIT_S
    ):
        with attempt:
            return await asyncio.to_thread(question)
    raise AssertionError("the last attempt returns or raises")
