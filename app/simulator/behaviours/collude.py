"""Rate one's accomplices up and everybody else down."""

from collections.abc import Sequence

from app.simulator.agent import Agent
from app.simulator.behaviours.rate import SCALE, rate
from app.simulator.fleet import Fleet, Process

SHARE_PRAISE = 0.6


def collude(fleet: Fleet, agent: Agent, cluster: Sequence[Agent], outside: Sequence[Agent]) -> Process:
    """The best rating for another of the cluster or, less often, the worst for an outsider."""
    inside = [other for other in cluster if other is not agent]
    if not outside or fleet.random.random() < SHARE_PRAISE:
        sent = rate(fleet, agent, fleet.random.choice(inside), SCALE[1])
    else:
        sent = rate(fleet, agent, fleet.random.choice(outside), SCALE[0])
    fleet.mark_message("collusion", sent)
    yield fleet.wait(0.1)
