"""A question asked through the breaker, within the budget, and accounted for."""

import structlog

from app.analyst.answer import Answer
from app.analyst.budget import Budget
from app.analyst.call import NOTHING, Call
from app.analyst.endpoint import Endpoint
from app.analyst.errors import NoAnswerError, UnusableAnswerError
from app.analyst.meter import Meter
from app.analyst.question import Chat
from app.breakers import Breaker

log = structlog.get_logger(__name__)


class Inquiry:
    """Asks the endpoint.

    Args:
        endpoint: who is asked.
        breaker: of the endpoint; for it an answer that is none is a failure too.
        budget: of calls and cost.
        meter: told of calls.

    """

    def __init__(self, endpoint: Endpoint, breaker: Breaker, budget: Budget, meter: Meter) -> None:
        self.budget = budget
        self._endpoint = endpoint
        self._breaker = breaker
        self._meter = meter

    async def ask(self, chat: Chat) -> Answer:
        """The answer.

        Raises:
            BreakerOpenError: nobody was asked.
            AnalystError, TimeoutError: there is none; a subclass says why.

        """
        return await self._breaker.call(lambda: self._ask(chat))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._endpoint.close()

    async def _ask(self, chat: Chat) -> Answer:
        """A call that is cut off in the middle counts for what it can have cost."""
        most = self.budget.spend(chat)
        try:
            answer, call = await self._endpoint.ask(chat)
        except UnusableAnswerError as error:
            self._account(most, error.call)
            raise
        except NoAnswerError:
            self.budget.settle(most, NOTHING)
            raise
        self._account(most, call)
        return answer

    def _account(self, most: float, call: Call) -> None:
        usd = self.budget.settle(most, call.usage)
        self._meter.called(call, usd)
        log.info("asked", finish_reason=call.finish_reason, latency_s=call.latency_s, usage=call.usage, usd=usd)
