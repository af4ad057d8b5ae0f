"""T14, T16: for any course of calls, breakers' changes are told alike by alerts, metrics, Datadog and the view."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from hypothesis import example, given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from app.breakers import Breakers, Limits, StateChange
from app.cli.view.breakers import breaker_lines
from app.cli.view.state import ViewState
from app.datadog.telling import events_of
from app.events import Alert
from app.notify.health import breaker_gauges
from app.notify.system_alerts import Seen, SystemAlerts
from app.telemetry.measurement import Measurement
from app.telemetry.metering import Metering
from app.telemetry.names import BREAKER_CHANGES
from app.telemetry.prometheus import Exposition
from tests.unit.datadog.samples import NOON

NAMES = ("redis", "datadog")
calls = st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), max_size=60)


class Told:
    """All that hears of breakers, without Kafka between."""

    def __init__(self, breakers: Breakers) -> None:
        self.changes: list[StateChange] = []
        self.alerts: list[Alert] = []
        self.system = SystemAlerts()
        self.page = Exposition()
        self.metering = Metering(Measurement(max_fleets=10), [self.page])
        breakers.listen(self._hear)

    def _hear(self, change: StateChange) -> None:
        self.changes.append(change)
        self.metering.send(BREAKER_CHANGES.sample(breaker=change.breaker, state=change.after))
        alert = self.system.of(Seen(change, NOON + len(self.changes)))
        if alert is not None:
            self.alerts.append(alert)

    def shown(self, name: str) -> dict[tuple[str, ...], float]:
        families = text_string_to_metric_families(self.page.text().decode())
        samples = [sample for family in families for sample in family.samples if sample.name == name]
        return {tuple(sample.labels.values()): sample.value for sample in samples}


async def run(breakers: Breakers, course: Sequence[tuple[str, bool]]) -> None:
    async def work(works: bool) -> None:  # noqa: FBT001 - partial gives it
        if not works:
            raise OSError("away")

    for name, works in course:
        with suppress(OSError):
            await breakers.of(name).call(partial(work, works))


@given(calls)
@example([("redis", False)] * 5 + [("redis", True), ("datadog", True)] + [("datadog", False)] * 3)
def test_every_change_is_told_everywhere_and_what_is_open_is_shown_as_open(course: list[tuple[str, bool]]) -> None:
    breakers = Breakers(Limits(failures=3, reset_s=0.0, call_s=60.0))
    told = Told(breakers)
    asyncio.run(run(breakers, course))
    held_back = {breaker.name for breaker in breakers if breaker.state != "closed"}

    for name in NAMES:
        states = [alert.state for alert in told.alerts if alert.subject == name]
        assert states == ["opened", "resolved"] * (len(states) // 2) + ["opened"] * (name in held_back)
    assert set(told.system.open) == held_back
    assert len({(alert.alert_id, alert.state) for alert in told.alerts}) == len(told.alerts)

    changes = Counter((change.breaker, change.after) for change in told.changes)
    assert told.shown("ringfence_breaker_changes_total") == changes
    told.metering.report(breaker_gauges(breakers))
    assert {name for (name,), value in told.shown("ringfence_breaker_open").items() if value} == held_back

    titles = [event.title for alert in told.alerts for event in events_of(alert, 10.0)]
    assert titles == [f"breaker {alert.subject} {alert.state} (critical)" for alert in told.alerts]

    view = ViewState(now=0.0)
    for alert in told.alerts:
        view.apply(alert, 1.0)
    shown_open = {line.plain.split()[3] for line in breaker_lines(view, 1.0) if "✗ open" in line.plain}
    assert shown_open == held_back
