"""What breakers do becomes alerts that resolve by themselves (BREAKER-1, T8, T9)."""

import msgspec

from app.breakers import StateChange
from app.events import Alert
from app.notify.system_alerts import Seen, SystemAlerts
from tests.unit.datadog.samples import NOON

OPENS = StateChange("redis", "closed", "open", "ConnectionError: refused")
TRIES = StateChange("redis", "open", "half-open")
FAILS_AGAIN = StateChange("redis", "half-open", "open", "TimeoutError: ")
CLOSES = StateChange("redis", "half-open", "closed")


def told(alerts: SystemAlerts, *changes: StateChange) -> list[Alert]:
    each = [alerts.of(Seen(change, NOON + 1000 * number)) for number, change in enumerate(changes)]
    return [alert for alert in each if alert is not None]


def test_an_outage_is_one_alert_however_often_it_is_tried() -> None:
    alerts = SystemAlerts()
    opened, resolved = told(alerts, OPENS, TRIES, FAILS_AGAIN, TRIES, CLOSES)
    assert (opened.state, resolved.state) == ("opened", "resolved")
    assert opened.alert_id == resolved.alert_id
    assert "redis has failed" in opened.explanation
    assert "since 2025-11-25T12:00:00+00:00" in opened.explanation
    assert "ConnectionError: refused." in opened.explanation
    assert "4 s after it was held back" in resolved.explanation
    assert not alerts.open


def test_it_is_about_no_fleet_and_no_agent() -> None:
    (opened,) = told(SystemAlerts(), OPENS)
    assert (opened.fleet, opened.pattern, opened.subject) == ("", "breaker", "redis")
    assert (opened.agents, opened.evidence, opened.level) == ((), (), "critical")
    assert msgspec.json.decode(msgspec.json.encode(opened), type=Alert) == opened


def test_the_next_outage_is_another_alert() -> None:
    first, _, second = told(SystemAlerts(), OPENS, CLOSES, OPENS)
    assert second.state == "opened"
    assert first.alert_id != second.alert_id


def test_breakers_do_not_mix() -> None:
    alerts = SystemAlerts()
    told(alerts, OPENS, OPENS._replace(breaker="datadog"), CLOSES)
    assert list(alerts.open) == ["datadog"]


def test_what_an_earlier_process_has_left_open_is_resolved_and_may_open_again() -> None:
    before = SystemAlerts()
    told(before, OPENS)
    alerts = SystemAlerts(before.open.values())
    (resolved,) = alerts.begin_anew(NOON + 60_000)
    assert (resolved.state, resolved.alert_id) == ("resolved", before.open["redis"].alert_id)
    assert [alert.state for alert in told(alerts, CLOSES, OPENS)] == ["opened"]
