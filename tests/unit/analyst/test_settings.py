"""The analyst is off by default, and does not start half described."""

import pytest
from pydantic import ValidationError

from app.settings import AnalystSettings

URL = "http://127.0.0.1:11434/v1"


def test_it_is_off_by_default() -> None:
    assert AnalystSettings().url is None


def test_a_url_wants_a_model_a_key_and_prices() -> None:
    with pytest.raises(ValidationError, match="so key, usd_per_million_in, usd_per_million_out must be set too"):
        AnalystSettings.model_validate({"url": URL, "model": "small"})
    described = {"url": URL, "model": "small", "key": "a.pem", "usd_per_million_in": 0, "usd_per_million_out": 0}
    assert AnalystSettings.model_validate(described).model == "small"
