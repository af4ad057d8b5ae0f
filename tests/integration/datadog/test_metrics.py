"""Metrics reach a DogStatsD listener, over UDP and over a Unix socket, with their tags (DATADOG-1, T4)."""

import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.datadog.metrics import Metrics, connect
from app.settings import DatadogSettings
from app.telemetry.measurement import Measurement
from app.telemetry.names import BREAKER_OPEN, LAG, METRICS
from tests.integration.datadog.listener import Datapoint, Listener
from tests.unit.datadog.samples import alert, change, decision, letter, progress, transition


@pytest.fixture(params=["udp", "unix"])
def listener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listener]:
    with Listener(tmp_path / "dsd.socket" if request.param == "unix" else None) as listener:
        yield listener


def metrics_to(url: str, max_fleets: int = 100) -> Metrics:
    settings = DatadogSettings(statsd=url, tags=("env:test",))
    return Metrics(connect(settings), Measurement(max_fleets))


def total(points: list[Datapoint], name: str) -> float:
    return sum(point.value for point in points if point.name == name)


def of(points: list[Datapoint], name: str) -> list[Datapoint]:
    return [point for point in points if point.name == name]


def test_every_message_is_counted_with_its_tags(listener: Listener) -> None:
    with metrics_to(listener.url) as metrics:
        for _ in range(50):
            metrics.observe(decision(risk=0.25))
        metrics.observe(decision(change("bot-7", 80.0, 28.0, "conflict"), fleet="ops", risk=0.9))
        for message in (alert(), transition(), letter(), progress()):
            metrics.observe(message)
        metrics.send(LAG.sample(12, partition="3"))
        metrics.send(BREAKER_OPEN.sample(1, breaker="redis"))
    points = listener.until(
        lambda points: total(points, "ringfence.decisions") == 51 and len(of(points, "ringfence.risk")) == 51
    )
    ours = frozenset({"service:ringfence", "env:test"})
    assert Counter(of(points, "ringfence.decisions"))[
        Datapoint("ringfence.decisions", 50, "c", 1.0, ours | {"fleet:sales", "kind:message", "verdict:allow"})
    ], "counts are added up before they are sent"
    expected = {
        Datapoint("ringfence.conflicts", 1, "c", 1.0, ours | {"fleet:ops"}),
        Datapoint("ringfence.risk", 0.9, "d", 1.0, ours | {"fleet:ops"}),
        Datapoint("ringfence.trust.score", 28.0, "d", 1.0, ours | {"fleet:ops"}),
        Datapoint("ringfence.trust.lowest", 28.0, "g", 1.0, ours | {"fleet:ops"}),
        Datapoint(
            "ringfence.transitions",
            1,
            "c",
            1.0,
            ours | {"fleet:sales", "state:quarantined", "act:quarantine", "mode:enforce"},
        ),
        Datapoint(
            "ringfence.alerts",
            1,
            "c",
            1.0,
            ours | {"fleet:sales", "pattern:routing_loop", "state:opened", "level:critical"},
        ),
        Datapoint("ringfence.dead_letters", 1, "c", 1.0, ours | {"error:notjson"}),
        Datapoint("ringfence.component.up", 1, "g", 1.0, ours | {"component:fold", "instance:2"}),
        Datapoint("ringfence.lag", 12, "g", 1.0, ours | {"partition:3"}),
        Datapoint("ringfence.breaker.open", 1, "g", 1.0, ours | {"breaker:redis"}),
    }
    assert expected <= set(points)
    assert {point.name for point in points} <= {metric.name for metric in METRICS}
    assert listener.datagrams < 20, "they travel in batches"


def test_no_name_of_a_fleet_or_an_agent_breaks_a_datagram(listener: Listener) -> None:
    with metrics_to(listener.url) as metrics:
        for fleet in ("a|b", "x\nringfence.trust.lowest:0|g", "c,agent:d", "#@:", "größe ☂", None):
            metrics.observe(decision(change("bot\n|,#7", 90.0, 80.0), fleet=fleet))
    points = listener.until(lambda points: total(points, "ringfence.decisions") == 6)
    tags = {tag for point in points for tag in point.tags}
    assert not any("bot" in tag or tag.startswith("agent") for tag in tags)
    assert {point.value for point in of(points, "ringfence.trust.lowest")} <= {80.0}


def test_fleets_are_told_apart_up_to_a_limit(listener: Listener) -> None:
    with metrics_to(listener.url, max_fleets=3) as metrics:
        for number in range(200):
            metrics.observe(decision(fleet=f"fleet-{number}"))
    points = listener.until(lambda points: total(points, "ringfence.decisions") == 200)
    fleets = {tag for point in points for tag in point.tags if tag.startswith("fleet:")}
    assert fleets == {"fleet:fleet-0", "fleet:fleet-1", "fleet:fleet-2", "fleet:other"}


def test_of_many_values_a_sample_is_sent_with_its_rate(listener: Listener) -> None:
    with metrics_to(listener.url) as metrics:
        for _ in range(4000):
            metrics.observe(decision(risk=0.5))
    points = listener.until(lambda points: len(of(points, "ringfence.risk")) == 1000)
    assert {point.rate for point in of(points, "ringfence.risk")} == {0.25}


def test_the_lowest_trust_is_told_with_every_report_until_it_rises(listener: Listener) -> None:
    with metrics_to(listener.url) as metrics:
        metrics.observe(decision(change("bot-7", 80.0, 25.0), change("bot-8", 80.0, 70.0)))
        metrics.flush()
        listener.until(lambda points: [p.value for p in of(points, "ringfence.trust.lowest")] == [25.0])
        metrics.flush()
        listener.until(lambda points: [p.value for p in of(points, "ringfence.trust.lowest")] == [25.0, 25.0])
        metrics.observe(decision(change("bot-7", 25.0, 75.0)))
        metrics.flush()
        listener.until(lambda points: [p.value for p in of(points, "ringfence.trust.lowest")] == [25.0, 25.0, 70.0])


def test_without_an_agent_metrics_are_lost_and_counted_and_nothing_else_happens(tmp_path: Path) -> None:
    metrics = metrics_to(f"unix://{tmp_path}/nobody.socket")
    for number in range(100):
        metrics.observe(decision(fleet=f"fleet-{number}"))
    metrics.close()
    assert metrics.dropped > 0


def test_an_agent_that_takes_nothing_holds_up_nobody(tmp_path: Path) -> None:
    path = tmp_path / "stuck.socket"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stuck:
        stuck.bind(str(path))
        metrics = metrics_to(f"unix://{path}", max_fleets=10_000)
        for number in range(3000):
            metrics.observe(decision(fleet=f"fleet-{number}"))
        metrics.close(timeout_s=0.1)
        assert stuck.recv(65536, socket.MSG_DONTWAIT).startswith(b"ringfence.")
