"""The mirror in Redis, as a service of the sinks' app."""

from app.breakers import Breakers, Limits
from app.delivery import Delivery
from app.delivery.service import SinksApp
from app.mirror.client import connect
from app.mirror.sink import NAME, MirrorSink
from app.mirror.source import MirrorSource
from app.mirror.store import MirrorStore
from app.settings import Settings

EXCHANGES = 16
"""Of one write at most, which may have to connect and to load its scripts; each has a time limit of its own, and a
Redis that keeps them all is slow, not away."""


def register(app: SinksApp, settings: Settings, breakers: Breakers) -> None:
    """Have the app keep the mirror."""
    redis, sinks = settings.redis, settings.sinks
    breaker = breakers.of("redis", Limits(sinks.failures, sinks.reset_s, EXCHANGES * redis.timeout_s))
    store = MirrorStore(connect(redis), redis)
    sink = MirrorSink(store, breaker, MirrorSource(settings.kafka, settings.worker.app_id))
    app.deliver(Delivery(sink, settings.kafka, f"{sinks.app_id}-{NAME}"))
