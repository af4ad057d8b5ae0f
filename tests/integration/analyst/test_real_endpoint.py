"""RISK-3 on a real endpoint: opt-in, for it costs a fraction of a cent."""

import os

import pytest

from app.analyst.aliases import Aliases
from app.analyst.endpoint import Endpoint
from app.analyst.question import ask_about
from app.settings import AnalystSettings
from tests.unit.analyst.samples import LOOP

NEEDED = ("RINGFENCE_TEST_ANALYST_URL", "RINGFENCE_TEST_ANALYST_MODEL")


@pytest.mark.skipif(
    not all(map(os.environ.get, NEEDED)),
    reason=f"RISK-3: set {' and '.join(NEEDED)}, and RINGFENCE_TEST_ANALYST_API_KEY where the endpoint wants one",
)
async def test_a_real_model_gives_an_opinion() -> None:
    url, model = (os.environ[name] for name in NEEDED)
    described = {"url": url, "model": model, "key": "none.pem", "usd_per_million_in": 0, "usd_per_million_out": 0}
    key = os.environ.get("RINGFENCE_TEST_ANALYST_API_KEY")
    endpoint = Endpoint(AnalystSettings.model_validate({**described, "api_key": key}))
    answer, call = await endpoint.ask(ask_about(LOOP, Aliases(LOOP)))
    await endpoint.close()
    assert answer.rationale
    assert call.finish_reason == "stop"
    assert call.usage is not None
    assert call.usage.prompt_tokens > 0
