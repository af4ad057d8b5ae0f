"""T4: whatever Datadog answers, every event reaches it once, in order, with its tags."""

import asyncio
from collections.abc import Iterator

import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.breakers import Breaker, Limits
from app.datadog.account import Account
from app.datadog.events import Events
from app.notify.events import EventsSink
from app.notify.messages import Message
from app.settings import DatadogSettings
from tests.integration.datadog.fake_api import FakeDatadog, Fault
from tests.integration.notify.records import fetched
from tests.unit.datadog.samples import alert, change, decision, transition

answers = st.lists(st.sampled_from(["limited", "broken", None]), max_size=12)
kinds = st.lists(st.sampled_from(["alert", "transition", "trust"]), max_size=6)


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeDatadog]:
    with FakeDatadog() as server, stamina.set_testing(testing=True, attempts=1_000):
        yield server


def message(kind: str, number: int) -> Message:
    fleet = f"fleet-{number}"
    if kind == "alert":
        return replace(alert(), fleet=fleet, alert_id=fleet)
    if kind == "transition":
        return replace(transition(), fleet=fleet)
    return decision(change("bot-7", 80.0, 20.0), fleet=fleet)


async def write(sink: EventsSink, messages: list[Message]) -> None:
    for each in messages:
        await sink.write(fetched(each))
    await sink.close()


@given(answers, kinds)
def test_every_event_is_told_once_in_order_with_its_tags(
    fake: FakeDatadog, answers: list[Fault | None], kinds: list[str]
) -> None:
    settings = DatadogSettings.model_validate(
        {"api_key": "api", "app_key": "app", "api_url": fake.url, "tags": ("env:test",)}
    )
    fake.stored["events"].clear()
    fake.faults.clear()
    fake.faults.extend(answers)
    sink = EventsSink(Events(Account(settings), settings), Breaker("datadog", Limits(3, 0.0, 60.0)))
    messages = [message(kind, number) for number, kind in enumerate(kinds)]
    asyncio.run(write(sink, messages))
    told = list(fake.stored["events"].values())
    tags = [{"service:ringfence", "env:test", f"fleet:fleet-{number}"} for number in range(len(kinds))]
    assert len(told) == len(messages)
    assert all(wanted <= set(event["tags"]) for wanted, event in zip(tags, told, strict=True))
