"""The one test against Datadog itself (DATADOG-4): it runs where the keys of an account are in the environment."""

import uuid
from collections.abc import Iterator

import pytest

from app.datadog.account import Account
from app.datadog.definitions import FOLDER, read_definitions
from app.datadog.events import Events
from app.datadog.managed import Managed
from app.datadog.plan import plan, removal
from app.settings import DatadogSettings, Settings
from tests.unit.datadog.samples import letter

SETTINGS = Settings().datadog
pytestmark = pytest.mark.skipif(
    SETTINGS.api_key is None or SETTINGS.app_key is None,
    reason="DATADOG-4: needs RINGFENCE_DATADOG__API_KEY and RINGFENCE_DATADOG__APP_KEY of a real account",
)


@pytest.fixture
def settings() -> DatadogSettings:
    """Under a name of its own, so that nothing of the account's is touched."""
    return SETTINGS.model_copy(update={"owner": f"ringfence-test-{uuid.uuid4().hex[:8]}", "notify": ""})


@pytest.fixture
def managed(settings: DatadogSettings) -> Iterator[Managed]:
    managed = Managed(Account(settings), settings.owner)
    yield managed
    for step in removal(managed.read()):
        managed.carry_out(step)
    assert managed.read() == []


def test_what_is_applied_stays_and_an_event_is_taken(managed: Managed, settings: DatadogSettings) -> None:
    wanted = read_definitions(FOLDER, settings)
    for step in plan(wanted, managed.read()):
        managed.carry_out(step)
    assert [(step.subject, step.changes) for step in plan(wanted, managed.read()) if step.verb != "keep"] == []
    events = Events(Account(settings), settings)
    (event,) = events.of([letter()])
    assert events.send(event)
