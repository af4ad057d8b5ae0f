"""GRAPH-2, GRAPH-4: the graph of a running system is read from the end of the topic back, as far as it takes."""

import msgspec
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from app.analysis.replay import Until
from app.bus.reader import TopicReader
from app.cli.causal.source import HOUR_MS, from_topic
from app.core.entries import FleetEntry
from app.embedded.kafka import KafkaServer
from app.events import Cycle, Cycles, GraphDelta, GraphEdge
from app.moment import now_ms
from app.settings import KafkaSettings, Settings
from app.topics import GRAPH, changelog

WAIT_S = 30
NOW_MS = now_ms()

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(own_kafka: KafkaServer) -> Settings:
    admin = AdminClient({"bootstrap.servers": own_kafka.bootstrap})
    found = Settings(kafka=KafkaSettings(bootstrap=own_kafka.bootstrap))
    topics = (GRAPH, changelog(found.worker.app_id, "fleets"))
    made = admin.create_topics([NewTopic(topic.name, 2, 1, config={"retention.ms": "-1"}) for topic in topics])
    for future in made.values():
        future.result(timeout=WAIT_S)
    return found


def tell(settings: Settings, fleet: str, version: int, ago_ms: int, since: int) -> None:
    """A delta with one edge, stamped so long ago."""
    at = NOW_MS - ago_ms
    delta = GraphDelta(fleet, version, at, 600, 1e6, since=since, edges=(GraphEdge("ann", f"b{version}", at, 0.5),))
    append(settings, fleet, delta, at)


def append(settings: Settings, fleet: str, value: msgspec.Struct, at: int) -> None:
    producer = Producer({"bootstrap.servers": settings.kafka.bootstrap})
    producer.produce(GRAPH.name, msgspec.json.encode(value), fleet.encode(), timestamp=at)
    assert producer.flush(WAIT_S) == 0


def edges(settings: Settings, fleet: str, until: Until = Until()) -> list[str | None]:  # noqa: B008 - it does not change
    (view,) = from_topic(settings, fleet, until).views.values()
    assert view.whole
    return [target for _, target in view.edges]


def test_it_reads_as_far_back_as_it_takes(settings: Settings) -> None:
    for version, ago_ms in enumerate((50 * HOUR_MS, 30 * HOUR_MS, 2 * HOUR_MS, 60_000, 1_000), start=1):
        tell(settings, "recent", version, ago_ms, since=min(version, 4))
        tell(settings, "within a day", version, ago_ms, since=min(version, 3))
        tell(settings, "since ever", version, ago_ms, since=1)
    append(settings, "recent", Cycles("recent", (Cycle(("ann", "bob"), (1, 2)),)), NOW_MS)
    assert edges(settings, "recent") == ["b4", "b5"]
    assert edges(settings, "within a day") == ["b3", "b4", "b5"]
    assert edges(settings, "since ever") == ["b1", "b2", "b3", "b4", "b5"]
    assert edges(settings, "since ever", Until(time=NOW_MS - 20 * HOUR_MS)) == ["b1", "b2"]
    assert from_topic(settings, "nobody", Until()).views == {}


def test_the_tables_are_those_of_the_changelogs(settings: Settings) -> None:
    tell(settings, "north", 1, 0, since=1)
    assert from_topic(settings, None, Until()).table("fleets", FleetEntry) == {}


def test_spans_begin_at_a_time(settings: Settings) -> None:
    for version in (1, 2, 3):
        tell(settings, "north", version, (4 - version) * 1000, since=1)
    with TopicReader(settings.kafka, GRAPH.name) as reader:
        counts = [
            len(list(reader.read_all(reader.spans_since(NOW_MS - ago_ms)))) for ago_ms in (9000, 2000, 1000, -5000)
        ]
    assert counts == [3, 2, 1, 0]
