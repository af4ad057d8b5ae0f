"""T16: what waits for Kafka is bounded by the outages, not by how often they are tried."""

from pathlib import Path

from app.breakers import StateChange
from app.notify.announcer import Announcer
from app.settings import KafkaSettings


def test_an_outage_waits_once_however_often_it_is_tried(tmp_path: Path) -> None:
    announcer = Announcer(KafkaSettings(), tmp_path / "open-alerts.json")
    announcer.hear(StateChange("redis", "closed", "open", "ConnectionError: refused"))
    for _ in range(1_000):
        announcer.hear(StateChange("redis", "open", "half-open"))
        announcer.hear(StateChange("redis", "half-open", "open", "ConnectionError: refused"))
    announcer.hear(StateChange("redis", "half-open", "closed"))
    assert announcer._seen.qsize() == 2
