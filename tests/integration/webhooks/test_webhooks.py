"""QUAR-2, BREAKER-1, T14, T15: signed, in order, through outages, and nothing is lost; each endpoint by itself."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import pytest
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaTimeoutError
from pydantic import SecretStr
from standardwebhooks import Webhook, WebhookVerificationError

from app.breakers import Limits
from app.bus.diagnosis import NoAnswerError
from app.telemetry.names import WEBHOOK_DEAD_LETTERS
from app.webhooks.event import Event
from app.webhooks.signature import SecretError, Signer
from tests.integration.webhooks.events import alert, junk, transition
from tests.integration.webhooks.hook import SOON, Hook
from tests.integration.webhooks.receiver import SECRET, Mood, Receiver
from tests.junk import JUNK

OTHER = "whsec_YWJjZGVmMDEyMzQ1Njc4OTAxMjM0NTY3"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def hook(receiver: Receiver) -> AsyncIterator[Hook]:
    hook = Hook(receiver)
    yield hook
    await hook.sink.close()


def _ids(records: Iterable[ConsumerRecord]) -> list[str]:
    return [f"{record.topic}-{record.partition}-{record.offset}" for record in records]


async def test_events_come_signed_and_in_order(hook: Hook, receiver: Receiver) -> None:
    records = [alert(1), alert(2), alert(5)]
    await hook.tell(*records)
    await hook.tell(transition(3))
    assert receiver.taken == _ids([*records, transition(3)])
    body = receiver.bodies["agent-enforcement-state-0-3"]
    assert isinstance(body, dict)
    assert (body["type"], body["timestamp"]) == ("enforcement.quarantined", "2023-11-14T22:13:20.000Z")
    assert (body["data"]["agent_id"], body["data"]["reason"]) == ("ann", "why")


@pytest.mark.parametrize(
    ("mood", "connections"), [("take", 1), ("thank", 1), ("refuse", 1), ("babble", 3), ("linger", 3)]
)
async def test_a_connection_serves_the_next_event_where_the_answer_is_short(
    receiver: Receiver, mood: Mood, connections: int
) -> None:
    """Whatever it answers beside its status, it is told of each event once."""
    receiver.mood = mood
    hook = Hook(receiver, Limits(call_s=10.0))
    await hook.tell(alert(1), alert(2), alert(3))
    assert receiver.asked == _ids([alert(1), alert(2), alert(3)])
    assert len(receiver.connections) == connections
    await hook.sink.close()


async def test_only_the_fleets_that_are_wanted_are_told(receiver: Receiver) -> None:
    hook = Hook(receiver, fleets=["south"], events=["alerts"])
    await hook.tell(alert(1), alert(2, fleet="south"))
    assert receiver.taken == ["system-alerts-0-2"]
    assert hook.sink.topics == ["system-alerts"]
    await hook.sink.close()


@pytest.mark.parametrize("mood", ["hang", "fail"])
async def test_an_outage_opens_the_breaker_and_loses_nothing(hook: Hook, receiver: Receiver, mood: str) -> None:
    receiver.mood = "hang" if mood == "hang" else "fail"
    records = [alert(number) for number in range(1, 6)]
    telling = asyncio.create_task(hook.tell(*records))
    while len(receiver.asked) < 5:
        receiver.asked_again.clear()
        await receiver.asked_again.wait()
    assert set(receiver.asked) == {"system-alerts-0-1"}
    receiver.mood = "take"
    await telling
    assert receiver.taken == _ids(records)
    assert hook.kept.letters == []
    assert hook.breaker.state == "closed"


async def test_a_server_that_is_not_there_yet_gets_everything_when_it_is() -> None:
    receiver = Receiver()
    hook = Hook(receiver)
    telling = asyncio.create_task(hook.tell(alert(1), alert(2)))
    await asyncio.sleep(SOON.reset_s * 3)
    async with receiver:
        await telling
    assert receiver.taken == _ids([alert(1), alert(2)])
    await hook.sink.close()


async def test_what_is_refused_is_a_dead_letter_and_the_next_goes_on(hook: Hook, receiver: Receiver) -> None:
    receiver.against["system-alerts-0-1"] = "refuse"
    await hook.tell(alert(1), alert(2))
    assert receiver.taken == ["system-alerts-0-2"]
    assert hook.measured == [WEBHOOK_DEAD_LETTERS.sample(endpoint="ops")]
    [letter] = hook.kept.letters
    assert (letter.endpoint, letter.event_id, letter.status, letter.attempts) == ("ops", "system-alerts-0-1", 400, 1)
    assert hook.breaker.state == "closed"


async def test_a_dead_letter_waits_for_kafka_and_ends_no_other_sink(hook: Hook, receiver: Receiver) -> None:
    hook.kept.errors = [NoAnswerError("Kafka does not answer"), KafkaTimeoutError()]
    receiver.against["system-alerts-0-1"] = "refuse"
    await hook.tell(alert(1), alert(2))
    assert [letter.event_id for letter in hook.kept.letters] == ["system-alerts-0-1"]
    assert receiver.taken == ["system-alerts-0-2"]


async def test_a_redirect_wherever_it_leads_refuses_the_event(hook: Hook, receiver: Receiver) -> None:
    receiver.against |= {"system-alerts-0-1": "redirect", "system-alerts-0-2": "mislead"}
    await hook.tell(alert(1), alert(2), alert(3))
    assert receiver.asked == _ids([alert(1), alert(2), alert(3)])
    assert [letter.status for letter in hook.kept.letters] == [307, 302]
    assert hook.breaker.state == "closed"


async def test_what_an_endpoint_wants_remembered_is_not(hook: Hook, receiver: Receiver) -> None:
    await hook.tell(alert(1), alert(2))
    assert receiver.taken == _ids([alert(1), alert(2)])
    assert receiver.cookies == {}


async def test_an_event_that_always_fails_is_a_dead_letter_after_its_attempts(receiver: Receiver) -> None:
    hook = Hook(receiver, attempts=4)
    receiver.against["system-alerts-0-1"] = "busy"
    await hook.tell(alert(1), alert(2))
    assert receiver.asked.count("system-alerts-0-1") == 4
    assert receiver.taken == ["system-alerts-0-2"]
    assert [letter.status for letter in hook.kept.letters] == [429]
    assert hook.measured == [WEBHOOK_DEAD_LETTERS.sample(endpoint="ops")]
    await hook.sink.close()


async def test_what_is_no_event_is_passed_over(hook: Hook, receiver: Receiver) -> None:
    records = [junk(offset, value) for offset, value in enumerate(JUNK)]
    await hook.tell(*records, junk(98, None), alert(99))
    assert receiver.taken == ["system-alerts-0-99"]


async def test_partitions_and_endpoints_do_not_wait_for_each_other(hook: Hook, receiver: Receiver) -> None:
    async with Receiver() as other:
        second = Hook(other)
        receiver.mood = "hang"
        hanging = asyncio.create_task(hook.tell(alert(1)))
        receiver.against["system-alerts-3-1"] = "take"
        await receiver.asked_again.wait()
        await second.tell(alert(1))
        await hook.tell(alert(1, partition=3))
        assert other.taken == ["system-alerts-0-1"]
        assert receiver.taken == ["system-alerts-3-1"]
        hanging.cancel()
        await asyncio.wait([hanging])
        await second.sink.close()


async def test_a_secret_can_change_without_a_gap() -> None:
    """Receivers with the old secret and with the new one both know the sender."""
    for known in (SECRET, OTHER):
        async with Receiver(known) as receiver:
            hook = Hook(receiver, secret=SecretStr(OTHER), old_secret=SecretStr(SECRET))
            await hook.tell(alert(1))
            assert receiver.taken == ["system-alerts-0-1"]
            await hook.sink.close()


def test_an_old_request_is_known_as_a_replay() -> None:
    event = Event("id", "alert.opened", "north", b"{}")
    headers = Signer([SECRET]).headers(event, 1_700_000_000)
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(SECRET).verify(event.body, dict(headers))


def test_a_secret_that_cannot_sign_is_refused() -> None:
    with pytest.raises(SecretError, match="openssl"):
        Signer(["whsec_é"])
