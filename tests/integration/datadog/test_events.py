"""Events reach the API, validated against its documented shape (DATADOG-1, DATADOG-4, T4)."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from app.datadog.account import Account
from app.datadog.errors import OutageError
from app.datadog.events import Events
from app.datadog.telling import Told
from app.settings import DatadogSettings
from tests.integration.datadog.fake_api import FakeDatadog
from tests.unit.datadog.samples import NOON, alert, change, decision, letter, transition

HOUR_S = 3600
NOW_S = NOON // 1000 + HOUR_S


@pytest.fixture
def events(settings: DatadogSettings) -> Events:
    return Events(Account(settings), settings.model_copy(update={"tags": ("env:test",)}), clock=lambda: NOW_S)


def tell(events: Events, messages: Iterable[Told]) -> int:
    """Tell of all that they are worth; how many of these events are taken."""
    return sum(events.send(event) for event in events.of(messages))


def titles(fake: FakeDatadog) -> list[str]:
    return [event["title"] for event in fake.stored["events"].values()]


def test_interventions_alerts_and_errors_are_events_with_tags(fake: FakeDatadog, events: Events) -> None:
    assert tell(events, [alert(), transition(), letter(), alert("resolved")]) == 4
    opened, contained, failed, resolved = fake.stored["events"].values()
    assert opened["title"] == "routing_loop in sales opened (critical)"
    assert opened["alert_type"] == "error"
    about = {"kind:alert", "fleet:sales", "pattern:routing_loop", "state:opened", "level:critical"}
    assert set(opened["tags"]) == about | {"service:ringfence", "env:test"}
    assert (resolved["alert_type"], resolved["aggregation_key"]) == ("success", opened["aggregation_key"])
    assert contained["title"] == "Quarantined: sales/bot-7"
    assert "trust 22.0 is under 30" in contained["text"]
    assert "until 2025-11-25T12:15:00+00:00" in contained["text"]
    assert "Evidence: partition 2, offset 41" in contained["text"]
    assert contained["date_happened"] == NOON // 1000
    assert failed["alert_type"] == "error"
    assert "JSON is malformed" in failed["text"]


def test_an_appeal_is_told_as_one_beside_what_it_is_against(fake: FakeDatadog, events: Events) -> None:
    appeal = replace(transition(), act="appeal", previous="quarantined", epoch=4, reason="it was the upstream")
    assert tell(events, [transition(), appeal]) == 2
    contained, appealed = fake.stored["events"].values()
    assert (contained["title"], contained["alert_type"]) == ("Quarantined: sales/bot-7", "error")
    assert (appealed["title"], appealed["alert_type"]) == ("Appeal: sales/bot-7", "info")
    assert "state:quarantined" in appealed["tags"]


def test_what_does_not_bind_is_no_error(fake: FakeDatadog, events: Events) -> None:
    tell(events, [transition(mode="shadow"), transition("released")])
    shadow, released = fake.stored["events"].values()
    assert (shadow["title"], shadow["alert_type"]) == ("Quarantined (mode shadow): sales/bot-7", "info")
    assert (released["title"], released["alert_type"]) == ("Released: sales/bot-7", "success")


def test_scores_that_moved_far_are_events_with_before_after_and_reason(fake: FakeDatadog, events: Events) -> None:
    moved = (change("bot-7", 80.0, 75.0), change("bot-7", 75.0, 60.0, "conflict"), change("bot-8", 90.0, 89.0))
    assert tell(events, [decision(*moved), decision()]) == 1
    (told,) = fake.stored["events"].values()
    assert told["title"] == "Trust fell from 80.0 to 60.0: sales/bot-7"
    assert "error: 80.0 to 75.0" in told["text"]
    assert "conflict: 75.0 to 60.0" in told["text"]
    assert {"kind:trust", "agent:bot-7", "reason:conflict"} <= set(told["tags"])


def test_of_many_updates_of_an_alert_in_a_batch_the_last_is_told(fake: FakeDatadog, events: Events) -> None:
    updates = [alert("updated", explanation=f"turn {turn}") for turn in range(300)]
    assert tell(events, [alert(), *updates, alert("resolved")]) == 3
    assert titles(fake) == [f"routing_loop in sales {state} (critical)" for state in ("opened", "updated", "resolved")]
    updated = list(fake.stored["events"].values())[1]
    assert "turn 299" in updated["text"]
    assert "the last of 300 alike" in updated["text"]


def test_what_was_not_taken_can_be_told_again(fake: FakeDatadog, events: Events) -> None:
    fake.faults.extend([None, "broken"])
    with pytest.raises(OutageError, match="500"):
        tell(events, [alert(), transition()])
    assert tell(events, [alert(), transition()]) == 2
    assert titles(fake)[-1] == "Quarantined: sales/bot-7"


def test_an_event_that_is_refused_for_good_does_not_hold_up_the_others(fake: FakeDatadog, events: Events) -> None:
    fake.refuse_events.add("Dead letter: NotJson")
    assert tell(events, [letter(), transition()]) == 1
    assert titles(fake) == ["Quarantined: sales/bot-7"]


def test_names_and_texts_of_any_length_stay_within_the_limits(fake: FakeDatadog, events: Events) -> None:
    long = "ä|,\n" * 5000
    assert tell(events, [letter(reason=long), decision(change(long[:256], 90.0, 20.0), fleet=long[:256])]) == 2
    assert len(fake.stored["events"]) == 2


def test_what_has_waited_too_long_for_datadog_is_told_without_its_time(fake: FakeDatadog, events: Events) -> None:
    fake.oldest = NOW_S - 18 * HOUR_S
    before = NOON - 20 * HOUR_S * 1000
    for message in (replace(transition(), time=before), transition()):
        assert tell(events, [message]) == 1
    late, in_time = fake.stored["events"].values()
    assert "Happened at 2025-11-24T16:00:00+00:00.\n" in late["text"]
    assert (late.get("date_happened"), in_time["date_happened"]) == (None, NOON // 1000)
