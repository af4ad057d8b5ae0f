"""DATADOG-1: what is no message is passed over, whoever has put it on a topic, and what follows is told."""

import pytest
from msgspec.structs import replace

from app.datadog.event import dated
from app.datadog.telling import events_of
from app.notify.messages import TOPICS, messages_of
from app.webhooks.event import event_of
from tests.integration.notify.records import fetched, record
from tests.junk import JUNK
from tests.unit.datadog.samples import NOON, alert, transition

NOW_S = NOON / 1000.0
AFTER_ALL_CALENDARS = 253_402_343_999_000
"""What `9999-12-31T23:59:59-12:00` says, in ms."""


@pytest.mark.parametrize("topic", TOPICS)
def test_what_is_no_message_is_passed_over(topic: str) -> None:
    said = [record(topic, value, offset) for offset, value in enumerate((*JUNK, None))]
    ((place, known),) = fetched(alert()).items()
    assert list(messages_of({place: [*said, *known]})) == [alert()]


@pytest.mark.parametrize("time", [AFTER_ALL_CALENDARS, -AFTER_ALL_CALENDARS])
def test_a_time_of_no_calendar_is_told_as_the_nearest(time: int) -> None:
    """An agent of a fleet whose clock is the messages' may claim it."""
    contained = replace(transition(), time=time, expires_at=time)
    (told,) = events_of(contained, trust_points=10.0)
    assert told.date_happened == time // 1000
    year = "9999" if time > 0 else "0001"
    assert f"until {year}-" in told.text
    assert dated(told, NOW_S).text.startswith(f"Happened at {year}-")
    assert dated(told, NOW_S).date_happened is None
    ((told_record,),) = fetched(contained).values()
    hook = event_of(told_record)
    assert hook is not None
    assert f'"timestamp":"{year}-' in hook.body.decode()
