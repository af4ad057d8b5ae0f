"""Two runaway sessions of coding agents: one helper dispatched 50 times without progress."""

from tests.evaluation.figure import Effort, Figure
from tests.evaluation.folded import Folded
from tests.evaluation.groups import counts_estimate
from tests.evaluation.metrics import Counts, counted
from tests.evaluation.sets.who_when import strict_alerts


def looptrip(folded: Folded, effort: Effort) -> list[Figure]:
    """Helpers named in repeated_exchange alerts; strict alerts, all wrong: each session is a star."""
    labels = folded.labelled("loop", "agent")
    named = {
        agent.agent_id for alert in folded.alerts if alert.pattern == "repeated_exchange" for agent in alert.agents
    }
    counts = [counted([(label.label == 1, label.id in named)]) for label in labels]
    repeated = Figure(
        detector="loop",
        set=folded.name,
        metric="F1 of helpers in repeated_exchange alerts",
        estimate=counts_estimate(counts, Counts.f1, effort.resamples),
        cases=len(labels),
        cost_us=folded.cost_us,
    )
    return [repeated, strict_alerts(folded)]
