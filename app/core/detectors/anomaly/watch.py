"""Watching a series of an agent: the score of a sample, what the agent is suspected of, the alert."""

from typing import Final, Literal, NamedTuple

from msgspec.structs import replace

from app.core import incidents
from app.core.context import Context
from app.core.detectors.anomaly.series import follow
from app.core.entries import SeriesEntry, Track
from app.core.suspicion import scores_at, suspect
from app.core.table import Key
from app.core.trust import decimals, seen
from app.events import AlertAgent

ANOMALY: Final = "anomaly"
EVEN = 6.0
"""The surprise (one in 10^6) that scores 0.5."""

SUSPICIOUS = 0.5
"""From this score on a sample counts for its agent."""


class Sample(NamedTuple):
    """A value of what is watched, and how a sentence names it."""

    source: Literal["behaviour", "value"]
    name: str
    value: float
    said: str
    seasonal: bool = False
    """Whether the hours of the day are told apart."""


def watch(context: Context, agent_id: str, sample: Sample) -> None:
    """Take a sample in, and score the message being folded by it."""
    key = (context.fleet, agent_id, sample.source, sample.name)
    series = context.state.series
    entry = series.edit(key) or series.put(key, SeriesEntry(due=None, course=Track(since=context.now)))
    entry.due = context.now + int(context.policy.anomaly.forget_after_s * 1000.0)
    entry.course = replace(entry.course)
    surprise = follow(entry.course, sample.value, context.now, seasonal=sample.seasonal)
    if surprise == 0.0:
        return
    score = decimals(surprise / (surprise + EVEN))
    context.effects.score(ANOMALY, score)
    if score >= SUSPICIOUS:
        _suspect(context, agent_id, score)
    if score >= context.policy.anomaly.alert_at and entry.course.samples > context.policy.anomaly.learn_samples:
        _report(context, agent_id, sample, score)


def forget_series(context: Context, key: Key) -> None:
    """The timer of a series: nobody has told of it for long."""
    context.state.series.delete(key)
    if key[2] == "value":
        activity = context.state.activities.edit(key[:2])
        if activity is not None:
            activity.names -= 1


def _suspect(context: Context, agent_id: str, score: float) -> None:
    if score > scores_at(seen(context, agent_id), context.now, context.policy.suspicion).anomaly:
        suspect(context, agent_id, ANOMALY, score)


def _report(context: Context, agent_id: str, sample: Sample, score: float) -> None:
    incidents.report(
        context,
        incidents.Finding(
            pattern=ANOMALY,
            subject=agent_id,
            severity=score,
            agents=(AlertAgent(agent_id, "carrier"),),
            evidence=(context.offset,),
            explanation=f"{sample.said} of {agent_id} is {sample.value:.6g}, beyond all that it has been.",
            suggested_action=f"look at what {agent_id} is doing",
            due=context.now + int(context.policy.anomaly.quiet_s * 1000.0),
        ),
    )
