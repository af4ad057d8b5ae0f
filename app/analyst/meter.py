"""What is counted of the analyst."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, Protocol

from app.analyst.budget import Limit
from app.analyst.call import Call, FinishReason

Reason = Literal["resolved", "late", "breaker", "unreadable"] | Limit
"""Why an alert was passed over: it was over before it was read, it is too old, the breaker is open, it is not to be
read, or a limit of the budget."""


Outcome = Literal["recorded", "refused", "unanswered"]
"""What became of an opinion: the fold has it beside the alert, has refused it, or has not said in time."""


class Meter(Protocol):
    """Takes what happens."""

    def called(self, call: Call, usd: float) -> None:
        """A call was answered; it cost so many US dollars."""

    def failed(self) -> None:
        """A call was not answered."""

    def passed_over(self, reason: Reason) -> None:
        """An alert was not asked about."""

    def told(self, outcome: Outcome) -> None:
        """An opinion was sent to the log."""


@dataclass
class Tally:
    """Counts since the process started."""

    finished: Counter[FinishReason] = field(default_factory=Counter)
    """Calls that were answered, by how the answer ended."""
    failures: int = 0
    """Calls that were not."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: float = 0.0
    latency_s: float = 0.0
    """Of all calls that were answered, together."""
    passed: Counter[Reason] = field(default_factory=Counter)
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def called(self, call: Call, usd: float) -> None:
        """Add a call."""
        self.finished[call.finish_reason] += 1
        self.latency_s += call.latency_s
        self.usd += usd
        if call.usage is not None:
            self.prompt_tokens += call.usage.prompt_tokens
            self.completion_tokens += call.usage.completion_tokens

    def failed(self) -> None:
        """Add a failure."""
        self.failures += 1

    def passed_over(self, reason: Reason) -> None:
        """Add an alert that was passed over."""
        self.passed[reason] += 1

    def told(self, outcome: Outcome) -> None:
        """Add an opinion."""
        self.outcomes[outcome] += 1
