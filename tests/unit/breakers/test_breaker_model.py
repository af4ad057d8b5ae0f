"""T14: for any course of calls, the breaker opens after failures in a row, and one success closes it again."""

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from app.breakers import Breaker, BreakerOpenError, Limits

FAILURES = 3
COURSES = st.lists(st.booleans(), max_size=30)


async def _call(breaker: Breaker, *, succeeds: bool) -> bool:
    """Whether what lies behind it was asked."""
    asked = False

    async def ask() -> None:
        nonlocal asked
        asked = True
        if not succeeds:
            raise OSError("away")

    try:
        await breaker.call(ask)
    except (OSError, BreakerOpenError):
        return asked
    return asked


@given(COURSES)
def test_it_opens_after_failures_in_a_row_and_then_asks_no_more(course: Sequence[bool]) -> None:
    async def run() -> None:
        breaker, in_a_row = Breaker("redis", Limits(failures=FAILURES, reset_s=60.0)), 0
        for succeeds in course:
            open_ = in_a_row >= FAILURES
            assert await _call(breaker, succeeds=succeeds) is not open_
            in_a_row = in_a_row if open_ else 0 if succeeds else in_a_row + 1
            assert breaker.state == ("open" if in_a_row >= FAILURES else "closed")

    asyncio.run(run())


@given(COURSES)
def test_once_its_time_has_come_every_call_decides(course: Sequence[bool]) -> None:
    async def run() -> None:
        breaker, opened = Breaker("redis", Limits(failures=1, reset_s=0.0)), False
        for succeeds in course:
            assert await _call(breaker, succeeds=succeeds)
            opened = not succeeds
            assert breaker.state == ("open" if opened else "closed")

    asyncio.run(run())
