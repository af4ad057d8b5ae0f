"""BREAKER-1, T14: open on failure, one probe when half open, closed on recovery; open breakers answer at once."""

import asyncio
from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest

from app.breakers import Breaker, BreakerOpenError, Breakers, Limits, StateChange, until_done
from app.breakers.reason import MAX_REASON

SOON = Limits(failures=3, reset_s=0.05, call_s=0.05)


class Outside:
    """Something outside that is away until it is back, and counts who asks."""

    def __init__(self) -> None:
        self.back = asyncio.Event()
        self.answer = asyncio.Event()
        self.answer.set()
        self.asked = 0

    async def ask(self) -> str:
        self.asked += 1
        await self.answer.wait()
        if not self.back.is_set():
            raise OSError("away")
        return "here"


class SetBack(datetime):
    """A wall clock that somebody has set back."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) - timedelta(hours=1)


async def _open(breaker: Breaker, outside: Outside) -> None:
    for _ in range(breaker.limits.failures):
        with pytest.raises(OSError, match="away"):
            await breaker.call(outside.ask)
    assert breaker.state == "open"


async def _when_due(breaker: Breaker) -> None:
    await asyncio.sleep(breaker.limits.reset_s * 1.5)


async def test_it_opens_after_failures_in_a_row_and_answers_at_once() -> None:
    breaker, outside = Breaker("redis", SOON._replace(reset_s=60.0)), Outside()
    await _open(breaker, outside)
    with pytest.raises(BreakerOpenError):
        await breaker.call(outside.ask)
    assert outside.asked == 3


async def test_a_success_between_failures_keeps_it_closed() -> None:
    breaker, outside = Breaker("redis", SOON), Outside()
    for turn in range(9):
        outside.back.set() if turn % 3 == 2 else outside.back.clear()
        await asyncio.gather(breaker.call(outside.ask), return_exceptions=True)
    assert breaker.state == "closed"


async def test_half_open_lets_exactly_one_call_through() -> None:
    breaker, outside = Breaker("redis", SOON._replace(call_s=5.0)), Outside()
    await _open(breaker, outside)
    await _when_due(breaker)
    outside.answer.clear()
    outside.back.set()
    callers = [asyncio.create_task(breaker.call(outside.ask)) for _ in range(20)]
    refused, _ = await asyncio.wait(callers, timeout=0.05)
    assert outside.asked == 4
    assert len(refused) == 19
    assert {type(caller.exception()) for caller in refused} == {BreakerOpenError}
    outside.answer.set()
    assert [await caller for caller in callers if caller not in refused] == ["here"]
    assert breaker.state == "closed"


async def test_a_failed_probe_opens_it_again() -> None:
    breaker, outside = Breaker("redis", SOON), Outside()
    await _open(breaker, outside)
    await _when_due(breaker)
    with pytest.raises(OSError, match="away"):
        await breaker.call(outside.ask)
    with pytest.raises(BreakerOpenError):
        await breaker.call(outside.ask)


async def test_a_call_that_hangs_has_failed() -> None:
    breaker, outside = Breaker("redis", SOON), Outside()
    outside.answer.clear()
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await breaker.call(outside.ask)
    assert breaker.state == "open"


async def test_what_is_told_of_a_failure_is_short_and_on_one_line() -> None:
    told = list[StateChange]()
    breaker = Breaker("webhook-ops", SOON._replace(failures=1), told.append)

    async def fail() -> None:
        raise OSError("they answer:\r\n" + "x" * 100_000)

    with pytest.raises(OSError, match="they answer"):
        await breaker.call(fail)
    reason = told[0].reason or ""
    assert reason.startswith("OSError: they answer: xxx")
    assert len(reason) == MAX_REASON


async def test_calls_that_were_under_way_when_it_opened_open_it_no_second_time() -> None:
    told, outside = list[StateChange](), Outside()
    breaker = Breaker("webhook-ops", SOON._replace(reset_s=60.0, call_s=5.0), told.append)
    outside.answer.clear()
    callers = [asyncio.create_task(breaker.call(outside.ask)) for _ in range(8)]
    await asyncio.sleep(0)
    outside.answer.set()
    await asyncio.gather(*callers, return_exceptions=True)
    assert outside.asked == 8
    assert [(change.before, change.after) for change in told] == [("closed", "open")]


async def test_a_clock_that_is_set_back_keeps_it_open_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    breaker, outside = Breaker("redis", SOON), Outside()
    await _open(breaker, outside)
    monkeypatch.setattr("pybreaker.datetime", SetBack)
    await _when_due(breaker)
    outside.back.set()
    assert await breaker.call(outside.ask) == "here"


async def _cancelled(breaker: Breaker, outside: Outside) -> None:
    outside.answer.clear()
    caller = asyncio.create_task(breaker.call(outside.ask))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    outside.answer.set()


async def test_a_cancelled_call_is_no_failure() -> None:
    breaker, outside = Breaker("redis", SOON), Outside()
    for _ in range(6):
        await _cancelled(breaker, outside)
    assert breaker.state == "closed"


async def test_a_cancelled_probe_proves_nothing_and_the_next_one_decides() -> None:
    told, outside = list[StateChange](), Outside()
    breaker = Breaker("redis", SOON, told.append)
    await _open(breaker, outside)
    await _when_due(breaker)
    await _cancelled(breaker, outside)
    assert breaker.state == "open"
    assert told[-1] == StateChange("redis", "half-open", "open", "OSError: away")
    await _when_due(breaker)
    outside.back.set()
    assert await breaker.call(outside.ask) == "here"


async def test_patience_waits_through_an_outage_without_hammering() -> None:
    opened = asyncio.Event()
    breaker, outside = (
        Breaker("redis", SOON, lambda change: opened.set() if change.after == "open" else None),
        Outside(),
    )
    waiting = asyncio.create_task(until_done(breaker, outside.ask, (OSError,)))
    await opened.wait()
    outside.back.set()
    assert await waiting == "here"


async def test_every_change_is_told_to_all_who_listen() -> None:
    breakers, told, outside = Breakers(SOON), list[StateChange](), Outside()
    breakers.listen(told.append)
    breaker = breakers.of("redis")
    await _open(breaker, outside)
    await _when_due(breaker)
    outside.back.set()
    await breaker.call(outside.ask)
    assert told == [
        StateChange("redis", "closed", "open", "OSError: away"),
        StateChange("redis", "open", "half-open"),
        StateChange("redis", "half-open", "closed"),
    ]
