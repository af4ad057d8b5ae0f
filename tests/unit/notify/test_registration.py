"""DATADOG-1, DATADOG-3: nothing goes to Datadog that nobody has asked for; Prometheus needs nobody's leave."""

from pathlib import Path

import pytest

from agents import notify
from app.breakers import Breakers
from app.datadog.errors import NoKeysError
from app.delivery.service import build
from app.settings import Settings

KEYS = {"api_key": "api", "app_key": "app"}


def registered(folder: Path, breakers: Breakers, *, prometheus: bool = True, **datadog: str) -> list[str]:
    described = {"sinks": {"data": folder, "prometheus": prometheus}, "datadog": datadog}
    settings = Settings.model_validate(described)
    app = build(settings.sinks, settings.kafka)
    notify.register(app, settings, breakers)
    return [delivery.name for delivery in app.deliveries]


def test_by_default_there_is_the_page_for_prometheus_alone(tmp_path: Path) -> None:
    breakers = Breakers()
    assert registered(tmp_path, breakers) == ["metrics"]
    assert list(breakers) == []


def test_with_keys_events_go_out_behind_a_breaker_that_outlasts_a_request(tmp_path: Path) -> None:
    breakers = Breakers()
    assert registered(tmp_path, breakers, prometheus=False, **KEYS) == ["datadog-events"]
    (breaker,) = breakers
    assert breaker.name == "datadog"
    assert breaker.limits.call_s > 2 * Settings().datadog.timeout_s


def test_one_key_without_the_other_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(NoKeysError, match="APP key"):
        registered(tmp_path, Breakers(), api_key="api")


def test_without_anybody_to_tell_nothing_is_read(tmp_path: Path) -> None:
    assert registered(tmp_path, Breakers(), prometheus=False) == []
