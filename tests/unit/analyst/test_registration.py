"""RISK-3: without an endpoint nothing of the analyst runs; with one, what it lacks is said at the start."""

from pathlib import Path

import pytest

from agents import analyst
from app.breakers import Breakers
from app.bus.issuer import KeyFileError
from app.delivery.service import build
from app.settings import KafkaSettings, Settings, SinksSettings


def _register(breakers: Breakers, **described: object) -> None:
    settings = Settings.model_validate({"analyst": described})
    analyst.register(build(SinksSettings(), KafkaSettings()), settings, breakers)


def test_it_is_off_by_default() -> None:
    breakers = Breakers()
    _register(breakers)
    assert list(breakers) == []


def test_a_key_that_is_missing_is_said_at_the_start(tmp_path: Path) -> None:
    described = {"model": "small", "usd_per_million_in": 0, "usd_per_million_out": 0, "data": tmp_path}
    with pytest.raises(KeyFileError, match=r"analyst\.pem"):
        _register(Breakers(), url="http://127.0.0.1:11434/v1", key=tmp_path / "analyst.pem", **described)
