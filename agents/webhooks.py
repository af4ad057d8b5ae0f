"""The webhooks, each endpoint a service of the sinks' app, with a breaker of its own."""

import logging

from app.breakers import Breakers, Limits
from app.delivery import Delivery
from app.delivery.service import SinksApp
from app.settings import Settings
from app.telemetry.metering import Send
from app.webhooks.letters import KafkaLetters
from app.webhooks.sink import WebhookSink


def register(app: SinksApp, settings: Settings, breakers: Breakers, send: Send) -> None:
    """Have the app tell every endpoint of the settings; `send` gets the metrics."""
    sinks = settings.sinks
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every URL, and some hold a token
    for name, endpoint in settings.webhooks.items():
        limits = Limits(sinks.failures, sinks.reset_s, endpoint.timeout_s)
        breaker = breakers.of(f"webhook-{name}", limits)
        sink = WebhookSink(name, endpoint, breaker, KafkaLetters(settings.kafka), send)
        app.deliver(Delivery(sink, settings.kafka, f"{sinks.app_id}-{sink.name}"))
