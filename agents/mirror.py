"""The mirror in Redis, as a service of the sinks' app."""

from app.breakers import Breakers
from app.delivery import Delivery
from app.delivery.service import SinksApp
from app.mirror.client import connect
from app.mirror.sink import NAME, MirrorSink
from app.mirror.source import MirrorSource
from app.mirror.store import MirrorStore
from app.settings import Settings


def register(app: SinksApp, settings: Settings, breakers: Breakers) -> None:
    """Have the app keep the mirror."""
    store = MirrorStore(connect(settings.redis), settings.redis)
    sink = MirrorSink(store, breakers.of("redis"), MirrorSource(settings.kafka, settings.worker.app_id))
    app.deliver(Delivery(sink, settings.kafka, f"{settings.sinks.app_id}-{NAME}"))
