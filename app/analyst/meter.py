"""What is measured of the analyst: samples of the metrics in `app.telemetry.names`."""

from typing import Literal

from app.analyst.budget import Limit
from app.analyst.call import Call
from app.telemetry.labels import NONE
from app.telemetry.metering import Send
from app.telemetry.names import (
    ANALYST_CALLS,
    ANALYST_COST,
    ANALYST_LATENCY,
    ANALYST_OPINIONS,
    ANALYST_PASSED_OVER,
    ANALYST_TOKENS,
)

Reason = Literal["resolved", "late", "breaker", "unreadable"] | Limit
"""Why an alert was passed over: it was over before it was read, it is too old, the breaker is open, it cannot be read,
or a limit of the budget."""

Outcome = Literal["recorded", "refused", "unanswered"]
"""What became of an opinion: the fold has it beside the alert, has refused it, or has not said in time."""


class Meter:
    """Turns what happens into samples.

    >>> Meter(lambda sample: print(sample.metric.name, sample.value, *sample.tags)).passed_over("late")
    ringfence.analyst.passed_over 1.0 reason:late
    """

    def __init__(self, send: Send) -> None:
        self._send = send

    def called(self, call: Call, usd: float) -> None:
        """A call was answered; it cost so many US dollars."""
        self._send(ANALYST_CALLS.sample(outcome=call.finish_reason))
        self._send(ANALYST_LATENCY.sample(call.latency_s, outcome=call.finish_reason))
        self._send(ANALYST_COST.sample(usd))
        if call.usage is not None:
            self._send(ANALYST_TOKENS.sample(call.usage.prompt_tokens, direction="in"))
            self._send(ANALYST_TOKENS.sample(call.usage.completion_tokens, direction="out"))

    def unanswered(self) -> None:
        """A call was not answered."""
        self._send(ANALYST_CALLS.sample(outcome=NONE))

    def passed_over(self, reason: Reason) -> None:
        """An alert was not asked about."""
        self._send(ANALYST_PASSED_OVER.sample(reason=reason))

    def told(self, outcome: Outcome) -> None:
        """An opinion was sent to the log."""
        self._send(ANALYST_OPINIONS.sample(outcome=outcome))
