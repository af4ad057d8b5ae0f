"""Planted money-laundering patterns: members of transfer loops, hubs of fan-outs."""

from collections import Counter
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from tests.evaluation.figure import Effort, Estimate, Figure
from tests.evaluation.folded import Folded
from tests.evaluation.groups import counts_estimate
from tests.evaluation.metrics import Counts, counted, total

POLICY = b'{"version": 1, "loop": {"window_s": 1036800, "max_hops": 12}}'
"""Its loops last 11 to 275 hours, so the window is 12 days."""
MANY = 3


class Answer(NamedTuple):
    """The accounts that a question is about, who is named by the fold, and by a few plain lines."""

    true: AbstractSet[str]
    said: AbstractSet[str]
    naive: AbstractSet[str]


def ibm_aml(folded: Folded, effort: Effort) -> list[Figure]:
    """F1 over accounts: named in a routing_loop alert; culprit of a cascade alert."""
    return [_loop(folded, effort), _cascade(folded, effort)]


def _loop(folded: Folded, effort: Effort) -> Figure:
    looped = {label.id for label in folded.labelled("loop", "agent") if label.label == 1}
    named = {agent.agent_id for alert in folded.alerts if alert.pattern == "routing_loop" for agent in alert.agents}
    receivers = {message.target_agents[0] for message in folded.messages}
    naive = receivers & {message.agent_id for message in folded.messages}
    estimate, plain = _f1(folded, Answer(looped, named, naive), effort)
    return Figure(
        detector="loop",
        set=folded.name,
        metric="member F1",
        estimate=estimate,
        cases=len(looped),
        naive=plain,
        naive_is="who both sends and receives",
        goal=0.75,
        cost_us=folded.cost_us,
    )


def _cascade(folded: Folded, effort: Effort) -> Figure:
    hubs = {str(label.label) for label in folded.labelled("cascade", "path")}
    named = {name for alert in folded.alerts if alert.pattern == "cascade" for name in alert.culprits()}
    sent = Counter(message.agent_id for message in folded.messages)
    naive = {account for account, times in sent.items() if times >= MANY}
    estimate, plain = _f1(folded, Answer(hubs, named, naive), effort)
    return Figure(
        detector="cascade",
        set=folded.name,
        metric="fan-out hub F1",
        estimate=estimate,
        cases=len(hubs),
        naive=plain,
        naive_is=f"who sends {MANY} times or more",
        goal=0.8,
        cost_us=folded.cost_us,
    )


def _f1(folded: Folded, answer: Answer, effort: Effort) -> tuple[Estimate, float]:
    accounts = [label.id for label in folded.labelled("loop", "agent")]

    def counts(said: AbstractSet[str]) -> list[Counts]:
        return [counted([(account in answer.true, account in said)]) for account in accounts]

    return counts_estimate(counts(answer.said), Counts.f1, effort.resamples), total(counts(answer.naive)).f1()
