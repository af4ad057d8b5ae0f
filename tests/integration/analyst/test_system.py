"""RISK-3 on real parts: Kafka, a worker, the sinks; an opinion comes to stand on an alert, and the log refolds."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import Consumer, TopicPartition

from app.analyst.answer import no_opinion
from app.analyst.telling import Teller
from app.bus.issuer import Issuer, load_or_make_issuer
from app.bus.reader import read_topic
from app.core.commands import EnrollKey
from app.embedded.ports import HOST, free_port
from app.events import Alert, Opinion
from app.settings import KafkaSettings
from app.topics import ALERTS
from tests.integration.analyst.endpoint_server import API_KEY, MODEL, EndpointServer
from tests.system.exactness import outcome_of
from tests.system.post import Post
from tests.system.sinks import Sinks
from tests.system.system import PARTITIONS, System
from tests.unit.analyst.samples import LOOP

GROUP = "ringfence-sinks-analyst"
POLICY = {"version": 1, "mode": "off", "trust": {"prior": 1}}


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    with System(tmp_path) as system:
        system.put_in_force(POLICY)
        system.start("a")
        yield system


@pytest.fixture
def issuer(system: System, tmp_path: Path) -> Issuer:
    """The analyst's key, which the operator has enrolled."""
    issuer = load_or_make_issuer("analyst", tmp_path / "analyst.pem")
    system.send(
        system.signed(EnrollKey(partition=number, name=issuer.name, public_key=issuer.public_key, role="analyst"))
        for number in range(PARTITIONS)
    )
    return issuer


def _fails(number: int) -> Post:
    content = {"error": f"no {number}"}
    message = {"fleet": "north", "agent_id": "bob", "message_type": "response", "target_agents": ["ann"]}
    return Post(b"north", msgspec.json.encode({**message, "content": content}))


def _has_begun(system: System) -> bool:
    """Whether the analyst reads every partition of the alerts: what comes after that it hears."""
    consumer = Consumer({"bootstrap.servers": system.kafka.bootstrap, "group.id": GROUP})
    try:
        places = [TopicPartition(ALERTS.name, number) for number in range(PARTITIONS)]
        return all(place.offset >= 0 for place in consumer.committed(places, timeout=10))
    finally:
        consumer.close()


def _opinions(system: System) -> list[Opinion]:
    """On the latest word of the alert of low trust."""
    found = [
        msgspec.json.decode(record.value or b"", type=Alert) for record in read_topic(system.settings, ALERTS.name)
    ]
    latest = [alert for alert in found if alert.pattern == "low_trust"][-1:]
    return [opinion for alert in latest for opinion in alert.opinions or ()]


def _environment(system: System, server: EndpointServer, folder: Path) -> dict[str, str]:
    analyst = {
        "URL": server.url,
        "MODEL": MODEL,
        "API_KEY": API_KEY,
        "KEY": str(folder / "analyst.pem"),
        "DATA": str(folder / "analyst"),
        "USD_PER_MILLION_IN": "2",
        "USD_PER_MILLION_OUT": "8",
    }
    ours = {f"RINGFENCE_ANALYST__{name}": value for name, value in analyst.items()}
    return {**ours, "RINGFENCE_KAFKA__BOOTSTRAP": system.kafka.bootstrap, "RINGFENCE_SINKS__MIRROR": "false"}


@pytest.mark.kafka
@pytest.mark.timeout(180)
async def test_an_opinion_comes_to_stand_on_an_alert(
    system: System, issuer: Issuer, server: EndpointServer, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        sinks = Sinks(tmp_path, _environment(system, server, tmp_path))
        await asyncio.to_thread(stack.enter_context, sinks)
        await asyncio.to_thread(system.wait_until, lambda: _has_begun(system), "the analyst listens")
        await asyncio.to_thread(system.send, map(_fails, range(12)))
        await asyncio.to_thread(system.wait_until, lambda: bool(_opinions(system)), "an opinion stands on the alert")
    (opinion,) = await asyncio.to_thread(_opinions, system)
    assert (opinion.verdict, opinion.confidence, opinion.model) == ("agrees", 0.75, MODEL)
    assert opinion.rationale == "bob drives the loop."
    assert len(server.asked) == 1
    assert "bob" not in server.asked[0]
    assert API_KEY not in sinks.process.log.read_text()

    teller = Teller(system.settings, issuer, MODEL)
    assert await teller.tell(LOOP, no_opinion("It is over.")) == "refused"
    stranger = load_or_make_issuer("stranger", tmp_path / "stranger.pem")
    assert await Teller(system.settings, stranger, MODEL).tell(LOOP, no_opinion("Who am I?")) == "refused"

    outcome = await asyncio.to_thread(outcome_of, system)
    outcome.assert_all_decided()
    outcome.assert_outputs_refold()
    assert sorted(letter.error for letter in outcome.letters) == ["NoSuchAlert", "UnknownIssuer"]


async def test_an_opinion_that_kafka_does_not_take_is_given_up(tmp_path: Path) -> None:
    issuer = load_or_make_issuer("analyst", tmp_path / "analyst.pem")
    nowhere = KafkaSettings(bootstrap=f"{HOST}:{free_port()}")
    assert await Teller(nowhere, issuer, MODEL, timeout_s=0.5).tell(LOOP, no_opinion("Nobody hears.")) == "unanswered"
