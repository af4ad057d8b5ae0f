"""The budget: calls a minute, and US dollars a day."""

import time
from collections.abc import Callable
from typing import Final, Literal

from app.analyst.call import Usage
from app.analyst.ledger import Ledger
from app.analyst.question import Chat
from app.bucket import Bucket
from app.settings import AnalystSettings

Limit = Literal["calls", "cost"]
MINUTE_S: Final = 60.0
MILLION: Final = 1_000_000
FRAME_TOKENS: Final = 1_000
"""More than the schema and the marks between messages come to."""


class Budget:
    """Spends what a call costs at most before it is made, and gives back the rest when its usage is known.

    So no day's calls cost more than the limit, not even those whose answers never came.

    Args:
        settings: limits and prices.
        ledger: what has been spent.
        clock: seconds, of a clock that never goes back.

    """

    def __init__(self, settings: AnalystSettings, ledger: Ledger, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._ledger = ledger
        self._clock = clock
        self._rate = settings.calls_per_minute / MINUTE_S
        self._calls = Bucket(MINUTE_S)

    def exceeded(self, chat: Chat) -> Limit | None:
        """The limit that a call would break now."""
        if self._ledger.usd + self._most(chat) > self._settings.usd_per_day:
            return "cost"
        return "calls" if self._calls.wait_s(self._rate, self._clock()) > 0.0 else None

    def spend(self, chat: Chat) -> float:
        """Count a call; US dollars that it costs at most."""
        self._calls.take(self._rate, self._clock())
        most = self._most(chat)
        self._ledger.add(most)
        return most

    def settle(self, most: float, usage: Usage | None) -> float:
        """Count what a call has really cost, in US dollars, if that is known; `most` is what was spent for it."""
        cost = most if usage is None else self._cost(usage)
        self._ledger.add(cost - most)
        return cost

    def _most(self, chat: Chat) -> float:
        """A token is at least one byte."""
        sent = len(chat.system.encode()) + len(chat.user.encode()) + FRAME_TOKENS
        return self._cost(Usage(sent, self._settings.max_tokens))

    def _cost(self, usage: Usage) -> float:
        sent = usage.prompt_tokens * self._settings.usd_per_million_in
        answered = usage.completion_tokens * self._settings.usd_per_million_out
        return (sent + answered) / MILLION
