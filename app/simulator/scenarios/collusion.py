"""A cluster of agents rates its members up and all others down."""

from functools import partial

from app.simulator.agent import Agent
from app.simulator.behaviours.collude import collude
from app.simulator.behaviours.habit import habit
from app.simulator.behaviours.rate import rate_honestly
from app.simulator.behaviours.work import work
from app.simulator.fleet import Fleet, Process

CLUSTER_SHARE = (0.1, 0.3)
MIN_CLUSTER = 3
HONEST_BEATS = 12.0
COLLUDE_BEATS = (12.0, 4.0)
ONSET_BEATS = (10, 40)
GOOD, POOR = (6.0, 9.0), (2.0, 5.0)
"""What agents are worth, and what those of the cluster are."""


def collusion(fleet: Fleet) -> None:
    """All rate each other; the cluster, at least three, starts to lie after a while."""
    fleet.label_members("collusion", holds=False)
    cluster = fleet.pick(fleet.between(*CLUSTER_SHARE), MIN_CLUSTER)
    members = {agent.id for agent in cluster}
    quality = {agent.id: fleet.random.uniform(*(POOR if agent.id in members else GOOD)) for agent in fleet.agents}
    for agent in fleet.agents:
        fleet.begin(work(fleet, agent))
        if agent.id not in members:
            fleet.begin(habit(fleet, agent, partial(rate_honestly, quality=quality), HONEST_BEATS))
    fleet.begin(_conspire(fleet, cluster))


def _conspire(fleet: Fleet, cluster: list[Agent]) -> Process:
    yield fleet.env.timeout(fleet.random.uniform(*ONSET_BEATS))
    members = {agent.id for agent in cluster}
    outside = [agent for agent in fleet.agents if agent.id not in members]
    lie = partial(collude, cluster=cluster, outside=outside)
    for agent in cluster:
        fleet.label_agent("collusion", agent, holds=True)
        fleet.begin(habit(fleet, agent, lie, fleet.between(*COLLUDE_BEATS)))
