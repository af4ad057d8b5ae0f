"""Which alerts are worth a question: open, severe, of the fleets that are named, and not asked about before."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec
import structlog
from aiokafka import ConsumerRecord
from msgspec import UNSET

from app.analyst.meter import Meter
from app.events import Alert
from app.settings import AnalystSettings

log = structlog.get_logger(__name__)

MAX_REMEMBERED: Final = 10_000
"""Alerts that were asked about."""

_alert = msgspec.json.Decoder(Alert)


class Candidate(NamedTuple):
    """An alert, and when it was appended to its topic, ms since the epoch."""

    alert: Alert
    appended: int


class Choice:
    """Chooses among the records of a batch.

    An alert that was passed over is worth a question again once more becomes known of it; one that was asked about, or
    has an opinion, is not. Nor is one that names no agent: it speaks of what lies outside, and the fold keeps no
    opinion of it.

    Args:
        settings: fleets, and the least severity.
        meter: told of what is passed over.

    """

    def __init__(self, settings: AnalystSettings, meter: Meter) -> None:
        self._settings = settings
        self._meter = meter
        self._asked: OrderedDict[str, None] = OrderedDict()

    def among(self, records: Iterable[ConsumerRecord]) -> list[Candidate]:
        """The latest of each alert that is still open, the most severe first."""
        latest: dict[str, Candidate] = {}
        for record in records:
            alert = self._read(record)
            if alert is None:
                continue
            if alert.state != "resolved" and self._worth(alert):
                latest[alert.alert_id] = Candidate(alert, record.timestamp)
            elif latest.pop(alert.alert_id, None) is not None and alert.state == "resolved":
                self._meter.passed_over("resolved")
        return sorted(latest.values(), key=lambda candidate: -candidate.alert.severity)

    def asked(self, alert: Alert) -> None:
        """Remember that this one was asked about."""
        self._asked[alert.alert_id] = None
        if len(self._asked) > MAX_REMEMBERED:
            self._asked.popitem(last=False)

    def _worth(self, alert: Alert) -> bool:
        fleets = self._settings.fleets
        return (
            bool(alert.agents)
            and alert.severity >= self._settings.least_severity
            and (not fleets or alert.fleet in fleets)
            and alert.opinions is UNSET
            and alert.alert_id not in self._asked
        )

    def _read(self, record: ConsumerRecord) -> Alert | None:
        try:
            return _alert.decode(record.value or b"")
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("no alert", partition=record.partition, offset=record.offset, reason=str(error))
            self._meter.passed_over("unreadable")
            return None
