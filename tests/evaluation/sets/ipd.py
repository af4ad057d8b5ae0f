"""A tournament of the iterated prisoner's dilemma: who is a good partner?"""

from collections import Counter

from msgspec import Struct

from tests.evaluation.figure import Effort, Figure, estimate
from tests.evaluation.folded import Folded
from tests.evaluation.metrics import spearman


class Content(Struct):
    """A move."""

    action: str


def ipd(folded: Folded, effort: Effort) -> list[Figure]:
    """Rank correlation of final trust with the tournament's good-partner rating."""
    moves: Counter[str] = Counter()
    kind: Counter[str] = Counter()
    for message, content in zip(folded.messages, folded.contents(Content), strict=True):
        moves[message.agent_id] += 1
        kind[message.agent_id] += content.action == "cooperate"
    labels = folded.labelled("trust", "agent")
    return [
        Figure(
            detector="trust",
            set=folded.name,
            metric="Spearman with the good-partner rating",
            estimate=estimate(
                [(folded.agent(label.id).trust, label.good_partner) for label in labels], spearman, effort.resamples
            ),
            cases=len(labels),
            naive=spearman([(kind[label.id] / moves[label.id], label.good_partner) for label in labels]),
            naive_is="share of cooperation",
            goal=0.92,
            cost_us=folded.cost_us,
        )
    ]
