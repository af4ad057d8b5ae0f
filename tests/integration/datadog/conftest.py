from collections.abc import Iterator

import pytest
import stamina

from app.settings import DatadogSettings
from tests.integration.datadog.fake_api import FakeDatadog


@pytest.fixture
def fake() -> Iterator[FakeDatadog]:
    with FakeDatadog() as server:
        yield server


@pytest.fixture
def settings(fake: FakeDatadog) -> DatadogSettings:
    return DatadogSettings.model_validate(
        {"api_key": "api", "app_key": "app", "api_url": fake.url, "timeout_s": 0.3, "notify": "@slack-ops"}
    )


@pytest.fixture(autouse=True)
def _no_waits() -> Iterator[None]:
    """Tries again as often as in earnest, but at once."""
    with stamina.set_testing(testing=True, attempts=4, cap=True):
        yield
