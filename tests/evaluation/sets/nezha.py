"""Micro-services with injected faults: in which service did the trouble start?"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from statistics import mean

from msgspec import Struct

from tests.evaluation.figure import Effort, Figure, estimate
from tests.evaluation.folded import Alert, Folded, Label

PATTERNS = ("bottleneck", "cascade")


class Content(Struct):
    """A call or its reply."""

    kind: str
    duration_us: float = 0.0
    caller_saw_us: float | None = None


def nezha(folded: Folded, effort: Effort) -> list[Figure]:
    """Top-1: the culprit of the strongest bottleneck or cascade alert within three minutes of the injection."""
    labels = folded.labelled("cascade_root", "window")
    return [
        Figure(
            detector="bottleneck",
            set=folded.name,
            metric="top-1 of the faulty service",
            estimate=estimate([_hit(folded, label) for label in labels], mean, effort.resamples),
            cases=len(labels),
            naive=mean(_slowest_wire(folded, label) == label.label for label in labels),
            naive_is="longest mean time on the wire in the window",
            goal=round(17 / 23, 4),
            cost_us=folded.cost_us,
        )
    ]


def _hit(folded: Folded, label: Label) -> float:
    """1 where the strongest alert names the service; its share of the culprits where there are several."""
    start, end = (datetime.fromisoformat(each).timestamp() * 1000 for each in (label.start, label.end))
    within: Sequence[Alert] = [
        alert
        for alert in folded.alerts
        if alert.pattern in PATTERNS and alert.state != "resolved" and start <= alert.time <= end and alert.culprits()
    ]
    if not within:
        return 0.0
    culprits = max(within, key=lambda alert: alert.severity).culprits()
    return (label.label in culprits) / len(culprits)


def _slowest_wire(folded: Folded, label: Label) -> str:
    wire: defaultdict[str, list[float]] = defaultdict(list)
    for message, content in zip(folded.messages, folded.contents(Content), strict=True):
        if content.kind == "reply" and label.start <= message.timestamp <= label.end:
            seen = content.caller_saw_us if content.caller_saw_us is not None else content.duration_us
            wire[message.agent_id].append(seen - content.duration_us)
    return max(wire, key=lambda service: (mean(wire[service]), service), default="")
