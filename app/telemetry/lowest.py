"""The lowest trust of each fleet, from the scores that decisions move."""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import NamedTuple

from app.events import Decision
from app.telemetry.metric import Sample
from app.telemetry.names import LOWEST_TRUST

Agent = tuple[str | None, str]
"""Fleet and agent."""


class Standing(NamedTuple):
    """A score, and when it was last moved."""

    score: float
    at: float


class LowestTrust:
    """Keeps at least the `keep` lowest scores of each label of a fleet, each for `forget_s` after it was last moved.

    Twice as many at most, so that few scores cost a search for the highest. With more low agents than that, the gauge
    still is exact until those kept have all risen. A process that has just started knows the scores that have moved
    since.

    Args:
        keep: scores of each label.
        forget_s: seconds; an agent that nothing moves for longer no longer counts.
        clock: seconds, of a clock that never goes back.

    >>> book = LowestTrust(clock=lambda: 0.0)
    >>> book.note("sales", ("sales", "bot-7"), 28.5)
    >>> [(sample.value, sample.tags) for sample in book.samples()]
    [(28.5, ('fleet:sales',))]

    """

    def __init__(self, keep: int = 1000, forget_s: float = 3600.0, clock: Callable[[], float] = monotonic) -> None:
        self._keep = keep
        self._forget_s = forget_s
        self._clock = clock
        self._scores: dict[str, dict[Agent, Standing]] = {}

    def observe(self, decision: Decision, fleet_label: str) -> None:
        """Note the scores that a decision has moved."""
        for change in decision.changes:
            self.note(fleet_label, (decision.fleet, change.agent_id), change.after)

    def note(self, fleet_label: str, agent: Agent, score: float) -> None:
        """Note an agent's score, 0..100."""
        scores = self._scores.setdefault(fleet_label, {})
        scores[agent] = Standing(score, self._clock())
        if len(scores) > 2 * self._keep:
            lowest = sorted(scores.items(), key=lambda known: known[1].score)
            self._scores[fleet_label] = dict(lowest[: self._keep])

    def samples(self) -> Iterator[Sample]:
        """The lowest score of each label of which any is known."""
        self._forget()
        for fleet_label, scores in self._scores.items():
            yield LOWEST_TRUST.sample(min(standing.score for standing in scores.values()), fleet=fleet_label)

    def _forget(self) -> None:
        since = self._clock() - self._forget_s
        fresh = {
            fleet_label: {agent: standing for agent, standing in scores.items() if standing.at >= since}
            for fleet_label, scores in self._scores.items()
        }
        self._scores = {fleet_label: scores for fleet_label, scores in fresh.items() if scores}
