"""Traders who rate each other: whom can one trust?"""

from collections import defaultdict
from statistics import mean

from msgspec import Struct

from tests.evaluation.figure import Effort, Figure
from tests.evaluation.folded import Folded
from tests.evaluation.groups import auc_estimate, pooled_auc


class Content(Struct):
    """A rating."""

    rating: float


def bitcoin_blind(folded: Folded, effort: Effort) -> list[Figure]:
    """What labelled members received is left out, so they are judged by what they say."""
    given: defaultdict[str, list[float]] = defaultdict(list)
    for message, content in zip(folded.messages, folded.contents(Content), strict=True):
        given[message.agent_id].append(content.rating)
    return [_figure(folded, effort, given, "mean rating given", 0.85)]


def bitcoin_otc(folded: Folded, effort: Effort) -> list[Figure]:
    """All ratings; the labels were derived from them, so this shows no more than that they arrive."""
    received: defaultdict[str, list[float]] = defaultdict(list)
    for message, content in zip(folded.messages, folded.contents(Content), strict=True):
        received[message.target_agents[0]].append(content.rating)
    return [_figure(folded, effort, received, "mean rating received", None)]


def _figure(
    folded: Folded, effort: Effort, ratings: defaultdict[str, list[float]], naive_is: str, goal: float | None
) -> Figure:
    labels = folded.labelled("trust", "agent")
    return Figure(
        detector="trust",
        set=folded.name,
        metric="AUC of trusted members against fraudsters",
        estimate=auc_estimate(
            [[(label.label == 1, folded.agent(label.id).trust)] for label in labels], effort.resamples
        ),
        cases=len(labels),
        naive=pooled_auc([[(label.label == 1, mean(ratings[label.id] or [0]))] for label in labels]),
        naive_is=naive_is,
        goal=goal,
        cost_us=folded.cost_us,
    )
