"""Events reach Datadog in order and none is lost, whatever it answers; nobody else waits (DATADOG-1, BREAKER-1, T4)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import TopicPartition
from msgspec.structs import replace

from app.breakers import Breakers, Limits, StateChange
from app.datadog.account import Account
from app.datadog.events import Events
from app.events import Alert
from app.notify.events import EventsSink
from app.settings import DatadogSettings
from app.telemetry.metering import Send
from app.telemetry.metric import Sample
from app.telemetry.names import DATADOG_REFUSED
from app.topics import ALERTS
from tests.integration.datadog.fake_api import FakeDatadog, Fault
from tests.integration.notify.records import fetched, record
from tests.unit.datadog.samples import alert, letter, transition


@pytest.fixture
def fake() -> Iterator[FakeDatadog]:
    with FakeDatadog(again_in_s=0.01) as server:
        yield server


@pytest.fixture
def changes() -> list[StateChange]:
    return []


@asynccontextmanager
async def sink_to(
    url: str, changes: list[StateChange], api_key: str = "api", send: Send = lambda _: None
) -> AsyncIterator[EventsSink]:
    settings = DatadogSettings.model_validate({"api_key": api_key, "app_key": "app", "api_url": url, "timeout_s": 0.2})
    breakers = Breakers(Limits(failures=2, reset_s=0.05, call_s=1.0))
    breakers.listen(changes.append)
    sink = EventsSink(Events(Account(settings), settings), breakers.of("datadog"), send)
    try:
        yield sink
    finally:
        await sink.close()


def alerts(count: int) -> list[Alert]:
    return [replace(alert(), alert_id=f"a-{number}", fleet=f"f{number}") for number in range(count)]


def told(fake: FakeDatadog) -> list[str]:
    return [event["aggregation_key"].removeprefix("alert:") for event in fake.stored["events"].values()]


@pytest.mark.parametrize("fault", ["limited", "broken", "silent"])
async def test_an_outage_costs_no_event_nor_order(fake: FakeDatadog, changes: list[StateChange], fault: Fault) -> None:
    fake.faults.extend([None, fault, fault, fault, None, fault])
    async with sink_to(fake.url, changes) as sink:
        assert await sink.write(fetched(*alerts(5))) == {}
    assert told(fake) == [f"a-{number}" for number in range(5)]
    assert [change.after for change in changes] == ["open", "half-open", "open", "half-open", "closed"]


async def test_while_it_hangs_the_others_in_the_process_go_on(fake: FakeDatadog, changes: list[StateChange]) -> None:
    fake.faults.extend(["silent"] * 3)
    turns = 0
    async with sink_to(fake.url, changes) as sink:
        writing = asyncio.create_task(sink.write(fetched(*alerts(1))))
        while not writing.done():
            turns += 1
            await asyncio.sleep(0.001)
    assert turns > 100
    assert told(fake) == ["a-0"]


async def test_refused_keys_hold_events_back_and_end_nothing(fake: FakeDatadog, changes: list[StateChange]) -> None:
    async with sink_to(fake.url, changes, api_key="wrong") as sink:
        writing = asyncio.create_task(sink.write(fetched(*alerts(1))))
        while not changes:  # noqa: ASYNC110 - breakers tell plain functions
            await asyncio.sleep(0.01)
        assert not writing.done()
        writing.cancel()
        await asyncio.wait([writing])
    assert "the keys are refused" in str(changes[0].reason)
    assert told(fake) == []


async def test_what_is_refused_for_good_and_what_is_no_message_are_left_out_and_the_first_counted(
    fake: FakeDatadog, changes: list[StateChange]
) -> None:
    fake.refuse_events.add("Dead letter: NotJson")
    junk = {TopicPartition(ALERTS.name, 1): [record(ALERTS.name, b"junk"), record(ALERTS.name, None)]}
    measured: list[Sample] = []
    async with sink_to(fake.url, changes, send=measured.append) as sink:
        await sink.write({**junk, **fetched(letter(), *alerts(1), transition())})
    assert told(fake) == ["a-0", "agent:sales/bot-7"]
    assert measured == [DATADOG_REFUSED.sample()]
    assert changes == []
