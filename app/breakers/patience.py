"""Doing again what must be done, until it is."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import stamina

from app.breakers.breaker import Breaker, BreakerOpenError

T = TypeVar("T")

_FIRST_WAIT_S = 0.05
_WAIT_S = 2.0


async def until_done(breaker: Breaker, work: Callable[[], Awaitable[T]], passing: tuple[type[Exception], ...]) -> T:
    """Call through the breaker, again and again with backoff and jitter, while it is open or a `passing` error comes.

    Nothing is given up here: who must not wait for ever cancels it. Every other error is raised.
    """
    async for attempt in stamina.retry_context(
        on=(BreakerOpenError, TimeoutError, *passing),
        attempts=None,
        timeout=None,
        wait_initial=_FIRST_WAIT_S,
        wait_max=_WAIT_S,
        wait_jitter=_FIRST_WAIT_S,
    ):
        with attempt:
            return await breaker.call(work)
    raise AssertionError("it retries without end")
