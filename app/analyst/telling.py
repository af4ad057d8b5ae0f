"""Putting an opinion on the log: signed with the analyst's own key, and answered by the fold."""

import asyncio

import structlog

from app.analyst.answer import Answer, clipped
from app.analyst.meter import Outcome
from app.bus.commanding import Commander, CommandError, CommandRefusedError
from app.bus.issuer import Issuer
from app.core.commands import Opine
from app.events import Alert
from app.settings import KafkaSettings

log = structlog.get_logger(__name__)

MAX_ON_RECORD = 4_096
"""Characters of the rationale on record, where names may be longer than the aliases that stood for them."""
GONE = "NoSuchAlert"


class Teller:
    """Appends opinions and waits for their decisions, off the event loop.

    Args:
        kafka: where the log is.
        issuer: the analyst's name and key.
        model: that gives the opinions.
        timeout_s: for a decision.

    """

    def __init__(self, kafka: KafkaSettings, issuer: Issuer, model: str, timeout_s: float = 15.0) -> None:
        self._kafka = kafka
        self._issuer = issuer
        self._model = model
        self._timeout_s = timeout_s

    async def tell(self, alert: Alert, answer: Answer) -> Outcome:
        """Put the answer on record beside the alert; an alert that has been resolved meanwhile takes none."""
        opinion = self._opinion(alert, answer)
        try:
            await asyncio.to_thread(self._send, opinion)
        except CommandRefusedError as error:
            say = log.info if error.error == GONE else log.warning
            say("opinion refused", alert=alert.alert_id, reason=str(error))
            return "refused"
        except CommandError as error:
            log.warning("opinion not recorded", alert=alert.alert_id, reason=str(error))
            return "unanswered"
        log.info("opinion recorded", alert=alert.alert_id, verdict=answer.verdict, confidence=answer.confidence)
        return "recorded"

    def _send(self, opinion: Opine) -> None:
        with Commander(self._kafka, self._issuer, self._timeout_s) as commander:
            commander.send(opinion)

    def _opinion(self, alert: Alert, answer: Answer) -> Opine:
        return Opine(
            fleet=alert.fleet,
            pattern=alert.pattern,
            subject=alert.subject,
            alert_id=alert.alert_id,
            verdict=answer.verdict,
            confidence=answer.confidence,
            rationale=clipped(answer.rationale, MAX_ON_RECORD),
            model=self._model,
            actor=self._issuer.name,
        )
