"""The sinks: `faust -A app.sinks worker -l info`. What lies outside is written to from here, and from here alone.

Faust looks the app up in this module by the name `app`, so the settings are read at import.
"""

from agents import analyst, mirror, notify, webhooks
from app.breakers import Breakers, Limits
from app.delivery.service import SinksApp, build
from app.settings import Settings


def make_app(settings: Settings) -> SinksApp:
    """The Faust app of the sinks that the settings ask for."""
    sinks = settings.sinks
    breakers = Breakers(Limits(failures=sinks.failures, reset_s=sinks.reset_s))
    made = build(sinks, settings.kafka, breakers.tell)
    if sinks.mirror:
        mirror.register(made, settings, breakers)
    send = notify.register(made, settings, breakers)
    webhooks.register(made, settings, breakers, send)
    analyst.register(made, settings, breakers, send)
    return made


app = make_app(Settings())
