"""Settings that name the endpoint of a test."""

from app.settings import AnalystSettings
from tests.integration.analyst.endpoint_server import API_KEY, MODEL


def settings(url: str, **fields: object) -> AnalystSettings:
    """With prices of 2 and 8 US dollars a million tokens."""
    described = {"model": MODEL, "api_key": API_KEY, "key": "analyst.pem", "timeout_s": 5.0}
    prices = {"usd_per_million_in": 2.0, "usd_per_million_out": 8.0}
    return AnalystSettings.model_validate({"url": url, **described, **prices, **fields})
