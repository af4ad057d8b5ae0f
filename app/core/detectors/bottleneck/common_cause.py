"""A common cause: many agents fail at once in the same way, and no one of them is to be condemned for it (QUAR-5).

A common cause excuses, so that those who would be excused must not be able to open one by failing together: only
agents in good standing count, and they must be a share of all such agents that answer (`census`). A share of half
presumes that most of those are honest.
"""

from collections import Counter
from typing import Final

from app.core import incidents
from app.core.context import Context
from app.core.detectors.bottleneck import census
from app.core.enforcement import limits
from app.core.entries import Trouble
from app.core.trust import decimals
from app.events import AlertAgent

COMMON_CAUSE: Final = "common_cause"
STANDS_OUT = 0.5
"""An agent with this share of the evidence against it is itself the cause."""
SLOW = "slow"
"""The way of those who do not fail: load is not one cause for them all."""


def found(context: Context, troubles: tuple[Trouble, ...], strongest: float) -> bool:
    """Report a common cause of the troubles, where they have one.

    Once it is known, one agent that fails more than all others does not end what excuses them.
    Parameters: `strongest`, the evidence (nats) against the likeliest single agent.
    """
    policy, (way, number) = context.policy.bottleneck, _most_common(troubles)
    known = limits.has_common_cause(context, way)
    if not known and strongest >= STANDS_OUT * sum(trouble.own + trouble.wire for trouble in troubles):
        return False
    if number < policy.common_agents or census.share(context, way) < policy.common_share:
        return False
    agents = tuple(trouble.callee for trouble in troubles if trouble.reason == way)
    if not known:
        _withdraw(context, agents)
    _report(context, way, agents, troubles)
    return True


def unexplained(context: Context, troubles: tuple[Trouble, ...]) -> tuple[Trouble, ...]:
    """Those that have no common cause which is known already: they may be laid at the door of one agent."""
    return tuple(trouble for trouble in troubles if not limits.has_common_cause(context, trouble.reason))


def _most_common(troubles: tuple[Trouble, ...]) -> tuple[str, int]:
    """The way in which most agents in good standing fail, and how many they are."""
    ways = Counter(trouble.reason for trouble in troubles if trouble.own and trouble.counts and trouble.reason != SLOW)
    return min(ways.items(), key=lambda way: (-way[1], way[0]), default=("", 0))


def _withdraw(context: Context, agents: tuple[str, ...]) -> None:
    """Resolve the alerts that have laid it at the door of single agents before the cause was known."""
    for agent in agents:
        incidents.resolve(context, (context.fleet, "bottleneck", agent))


def _report(context: Context, way: str, agents: tuple[str, ...], troubles: tuple[Trouble, ...]) -> None:
    incidents.report(
        context,
        incidents.Finding(
            pattern=COMMON_CAUSE,
            subject=way,
            severity=decimals(len(agents) / (len(agents) + context.policy.bottleneck.common_agents)),
            agents=tuple(AlertAgent(agent, "victim") for agent in agents),
            evidence=tuple(sorted({at for trouble in troubles if trouble.reason == way for at in trouble.evidence})),
            explanation=f"{len(agents)} agents failed with {way!r} within {context.policy.bottleneck.window_s:g} s, "
            f"so what they have in common is at fault and not each of them.",
            suggested_action="look for what they all depend on, and hold back quarantines until it works again",
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
        ),
    )
