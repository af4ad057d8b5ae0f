"""Failed runs of agent teams: is a team going round in circles, as its orchestrator's ledger later says?"""

from tests.evaluation.figure import Effort, Estimate, Figure
from tests.evaluation.folded import Folded
from tests.evaluation.groups import auc_estimate, grouped


def who_when(folded: Folded, effort: Effort) -> list[Figure]:
    """AUC of the loop score of the messages that a ledger speaks of; strict alerts, all wrong: each team is a star."""
    labels = folded.labelled("loop", "message")
    score = {label.id: folded.decisions[folded.positions[label.id]].scores.loop for label in labels}
    cases = [(label.run, (label.label == 1, score[label.id])) for label in labels]
    return [
        Figure(
            detector="loop",
            set=folded.name,
            metric="AUC of messages after which the ledger says loop",
            estimate=auc_estimate(grouped(cases), effort.resamples),
            cases=len(labels),
            naive=0.5,
            naive_is="chance",
            goal=0.8,
            cost_us=folded.cost_us,
        ),
        strict_alerts(folded),
    ]


def strict_alerts(folded: Folded) -> Figure:
    """How many routing loops are said where there is none."""
    opened = sum(alert.pattern == "routing_loop" and alert.state == "opened" for alert in folded.alerts)
    return Figure(
        detector="loop",
        set=folded.name,
        metric="routing_loop alerts on star loops",
        estimate=Estimate(opened),
        cases=len(folded.messages),
        goal=0,
        lower=True,
        cost_us=folded.cost_us,
    )
