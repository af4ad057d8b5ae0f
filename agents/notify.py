"""What tells of what goes on: metrics, Datadog's events, and alerts of breakers, as services of the sinks' app."""

from collections.abc import Iterator

from app.breakers import Breakers, Limits, StateChange
from app.datadog.account import Account
from app.datadog.events import Events
from app.datadog.metrics import Metrics, connect
from app.delivery import Delivery
from app.delivery.service import SinksApp
from app.notify.announcer import Announcer
from app.notify.events import EventsSink
from app.notify.health import Health
from app.notify.metrics import MetricsSink
from app.notify.page import add_prometheus_page
from app.notify.services import Announcements, Reports
from app.settings import Settings
from app.telemetry.measurement import Measurement
from app.telemetry.metering import Meter, Metering, Send
from app.telemetry.names import BREAKER_CHANGES
from app.telemetry.prometheus import Exposition


def register(app: SinksApp, settings: Settings, breakers: Breakers) -> Send:
    """Have the app tell whom the settings name; returns what takes the metrics of others in the app."""
    _announce(app, settings, breakers)
    meters = list(_meters(app, settings))
    metering = Metering(Measurement(settings.datadog.max_fleets), meters)
    if meters:
        _measure(app, settings, breakers, metering)
    if settings.datadog.api_key is not None:
        _tell_events(app, settings, breakers, metering.send)
    return metering.send


def _announce(app: SinksApp, settings: Settings, breakers: Breakers) -> None:
    announcer = Announcer(settings.kafka, settings.sinks.data / "open-alerts.json")
    breakers.listen(announcer.hear)
    app.service(Announcements(announcer))  # type: ignore[arg-type]  # Faust takes one that is made, too


def _meters(app: SinksApp, settings: Settings) -> Iterator[Meter]:
    if settings.datadog.statsd is not None:
        yield Metrics(connect(settings.datadog.statsd, settings.datadog.tags))
    if settings.sinks.prometheus:
        token = settings.sinks.web_token
        exposition = Exposition()
        add_prometheus_page(app, exposition, None if token is None else token.get_secret_value())
        yield exposition


def _measure(app: SinksApp, settings: Settings, breakers: Breakers, metering: Metering) -> None:
    def count(change: StateChange) -> None:
        metering.send(BREAKER_CHANGES.sample(breaker=change.breaker, state=change.after))

    breakers.listen(count)
    sink = MetricsSink(metering)
    app.deliver(Delivery(sink, settings.kafka, f"{settings.sinks.app_id}-{sink.name}"))
    health = Health(settings.kafka, breakers, app.deliveries)
    app.service(Reports(metering, health))  # type: ignore[arg-type]  # likewise


def _tell_events(app: SinksApp, settings: Settings, breakers: Breakers, send: Send) -> None:
    datadog, sinks = settings.datadog, settings.sinks
    limits = Limits(sinks.failures, sinks.reset_s, call_s=2 * datadog.timeout_s + 1.0)
    """Longer than the time to connect and the time to answer together: a call that is cut off goes on in its thread."""
    sink = EventsSink(Events(Account(datadog), datadog), breakers.of("datadog", limits), send)
    app.deliver(Delivery(sink, settings.kafka, f"{sinks.app_id}-{sink.name}"))
