"""The analyst, as a service of the sinks' app; only where the settings name an endpoint."""

import logging

from app.analyst.budget import Budget
from app.analyst.endpoint import Endpoint
from app.analyst.inquiry import Inquiry
from app.analyst.ledger import Ledger
from app.analyst.meter import Meter
from app.analyst.sink import NAME, AnalystSink
from app.analyst.telling import Teller
from app.breakers import Breakers, Limits
from app.bus.issuer import load_issuer
from app.delivery import Delivery
from app.delivery.service import SinksApp
from app.settings import Settings
from app.telemetry.metering import Send


def register(app: SinksApp, settings: Settings, breakers: Breakers, send: Send = lambda _: None) -> None:
    """Have the app ask; `send` gets the metrics. Raises KeyFileError and LedgerError where the analyst cannot work."""
    analyst, sinks = settings.analyst, settings.sinks
    if analyst.url is None:
        return
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # it logs every request
    meter = Meter(send)
    breaker = breakers.of(NAME, Limits(sinks.failures, sinks.reset_s, analyst.timeout_s))
    inquiry = Inquiry(Endpoint(analyst), breaker, Budget(analyst, Ledger(analyst.data / "spent.json")), meter)
    teller = Teller(settings.kafka, load_issuer(analyst.issuer, analyst.key), analyst.model)
    app.deliver(Delivery(AnalystSink(analyst, inquiry, teller.tell, meter), settings.kafka, f"{sinks.app_id}-{NAME}"))
