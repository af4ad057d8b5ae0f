"""BREAKER-1, REDIS-2: a Redis that answers each question in time is never taken for one that is away."""

from pathlib import Path

from agents import mirror
from app.breakers import Breakers
from app.delivery.service import build
from app.settings import Settings


def test_the_breaker_outlasts_the_exchanges_of_a_write(tmp_path: Path) -> None:
    settings = Settings.model_validate({"sinks": {"data": tmp_path, "reset_s": 7.0}, "redis": {"timeout_s": 3.0}})
    breakers = Breakers()
    app = build(settings.sinks, settings.kafka)
    mirror.register(app, settings, breakers)
    assert [delivery.name for delivery in app.deliveries] == ["mirror"]
    (breaker,) = breakers
    assert breaker.limits == (5, 7.0, mirror.EXCHANGES * 3.0)
