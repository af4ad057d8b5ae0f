"""What each message on the topics adds to the metrics."""

from collections.abc import Iterator

from app.events import Alert, DeadLetter, Decision, Progress, Transition
from app.telemetry.labels import Labels, label
from app.telemetry.lowest import LowestTrust
from app.telemetry.metric import Sample
from app.telemetry.names import (
    ALERTS,
    COMPONENT_UP,
    CONFLICTS,
    DEAD_LETTERS,
    DECISIONS,
    RISK,
    TRANSITIONS,
    TRUST,
)

Measured = Decision | Alert | Transition | DeadLetter | Progress
"""A transition counts once, as a record of the enforcement topic: the copy in a decision adds nothing."""

_CONFLICT = "conflict"
"""The signal of a lost conflict in a decision's changes."""


class Measurement:
    """Turns messages into samples. Tags name fleets (the first `max_fleets`), never agents.

    >>> from app.events import LogPosition
    >>> decided = Decision(LogPosition(0, 7), "message", "sales", "bot-7", 100.0, 100.0, risk=0.25)
    >>> for sample in Measurement(max_fleets=10).of(decided):
    ...     print(sample.metric.name, sample.value, *sample.tags)
    ringfence.decisions 1.0 fleet:sales kind:message verdict:allow
    ringfence.risk 0.25 fleet:sales
    """

    def __init__(self, max_fleets: int, lowest: LowestTrust | None = None) -> None:
        self._fleets = Labels(max_fleets)
        self._lowest = lowest or LowestTrust()

    def of(self, message: Measured) -> list[Sample]:
        """The samples of one message."""
        match message:
            case Decision():
                return list(self._of_decision(message))
            case Transition():
                return [self._of_transition(message)]
            case Alert():
                return [self._of_alert(message)]
            case DeadLetter():
                return [DEAD_LETTERS.sample(error=label(message.error))]
            case Progress():
                return [COMPONENT_UP.sample(component="fold", instance=str(message.partition))]

    def standing(self) -> Iterator[Sample]:
        """The gauges that hold on between messages, to be told with every report."""
        return self._lowest.samples()

    def _of_decision(self, decision: Decision) -> Iterator[Sample]:
        fleet = self._fleets(decision.fleet)
        yield DECISIONS.sample(fleet=fleet, kind=decision.kind, verdict=decision.verdict)
        if decision.kind == "message":
            yield RISK.sample(decision.risk, fleet=fleet)
        if any(change.signal == _CONFLICT for change in decision.changes):
            yield CONFLICTS.sample(fleet=fleet)
        self._lowest.observe(decision, fleet)
        for change in decision.changes:
            yield TRUST.sample(change.after, fleet=fleet)

    def _of_transition(self, transition: Transition) -> Sample:
        return TRANSITIONS.sample(
            fleet=self._fleets(transition.fleet), state=transition.state, act=transition.act, mode=transition.mode
        )

    def _of_alert(self, alert: Alert) -> Sample:
        return ALERTS.sample(
            fleet=self._fleets(alert.fleet), pattern=label(alert.pattern), state=alert.state, level=alert.level
        )
