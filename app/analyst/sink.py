"""The analyst as a sink: it passes alerts over rather than wait, so that it is never far behind."""

from collections.abc import Awaitable, Callable, Mapping
from itertools import chain

import structlog
from aiokafka import TopicPartition

from app.analyst.aliases import Aliases
from app.analyst.answer import Answer
from app.analyst.choice import Candidate, Choice
from app.analyst.errors import AnalystError, UnusableAnswerError
from app.analyst.inquiry import Inquiry
from app.analyst.meter import Meter, Outcome, Reason
from app.analyst.question import Chat, ask_about
from app.breakers import BreakerOpenError
from app.delivery import Fetched, KeepsNoPositions, Position
from app.events import Alert
from app.moment import now_ms
from app.settings import AnalystSettings
from app.topics import ALERTS

log = structlog.get_logger(__name__)

NAME = "analyst"
Tell = Callable[[Alert, Answer], Awaitable[Outcome]]


class AnalystSink(KeepsNoPositions):
    """Asks about each alert once at most, one after the other, and has the answers told.

    Args:
        settings: of the analyst.
        inquiry: asks.
        tell: puts an answer on record.
        meter: told of all that happens.
        clock_ms: the wall clock, milliseconds since the epoch.

    """

    name = NAME
    topics = (ALERTS.name,)
    batch = 1_000

    def __init__(
        self,
        settings: AnalystSettings,
        inquiry: Inquiry,
        tell: Tell,
        meter: Meter,
        clock_ms: Callable[[], int] = now_ms,
    ) -> None:
        self._max_age_ms = settings.max_age_s * 1000.0
        self._inquiry = inquiry
        self._tell = tell
        self._meter = meter
        self._clock_ms = clock_ms
        self._choice = Choice(settings, meter)

    async def write(self, fetched: Fetched) -> Mapping[TopicPartition, Position]:
        """Ask about what is worth it."""
        for candidate in self._choice.among(chain.from_iterable(fetched.values())):
            await self._consider(candidate)
        return {}

    async def close(self) -> None:
        """Let go of the connections."""
        await self._inquiry.close()

    async def _consider(self, candidate: Candidate) -> None:
        alert, aliases = candidate.alert, Aliases(candidate.alert)
        chat = ask_about(alert, aliases)
        if self._clock_ms() - candidate.appended > self._max_age_ms:
            self._pass_over(alert, "late")
        elif (limit := self._inquiry.budget.exceeded(chat)) is not None:
            self._pass_over(alert, limit)
        elif (answer := await self._answer(alert, chat)) is not None:
            named = answer.model_copy(update={"rationale": aliases.restore(answer.rationale)})
            self._meter.told(await self._tell(alert, named))

    async def _answer(self, alert: Alert, chat: Chat) -> Answer | None:
        try:
            answer = await self._inquiry.ask(chat)
        except BreakerOpenError:
            self._pass_over(alert, "breaker")
        except UnusableAnswerError as error:
            self._choice.asked(alert)
            log.warning("answer of no use", alert=alert.alert_id, error=type(error).__name__, reason=str(error))
        except (AnalystError, TimeoutError) as error:
            self._meter.unanswered()
            log.warning("no answer", alert=alert.alert_id, error=type(error).__name__, reason=str(error))
        else:
            self._choice.asked(alert)
            return answer
        return None

    def _pass_over(self, alert: Alert, reason: Reason) -> None:
        self._meter.passed_over(reason)
        log.info("alert passed over", alert=alert.alert_id, reason=reason)
