"""What all agents depend on is away for a while: most answers fail alike, and nobody is to blame."""

from app.simulator.behaviours.work import work
from app.simulator.fleet import Fleet, Process

ONSET_BEATS = (60, 70)
LENGTH_BEATS = (20.0, 100.0)
ERROR_RATE = (0.6, 1.0)
ERROR = "model provider unavailable"


def outage(fleet: Fleet) -> None:
    """One outage of the model provider, longer and of more calls by severity; then all work on as before."""
    fleet.label_members("aggressive", holds=False)
    for agent in fleet.agents:
        fleet.begin(work(fleet, agent))
    fleet.begin(_outage(fleet))


def _outage(fleet: Fleet) -> Process:
    yield fleet.env.timeout(fleet.random.uniform(*ONSET_BEATS))
    ordinary = [(agent, agent.error_rate, agent.errors) for agent in fleet.agents]
    for agent in fleet.agents:
        agent.error_rate, agent.errors = fleet.between(*ERROR_RATE), (ERROR,)
    yield fleet.env.timeout(fleet.between(*LENGTH_BEATS))
    for agent, error_rate, errors in ordinary:
        agent.error_rate, agent.errors = error_rate, errors
