"""Trouble spreads from one agent through the fleet, each reaching more than one other on average."""

from app.simulator.behaviours.delegate import delegate
from app.simulator.behaviours.habit import habit
from app.simulator.behaviours.spread import Outbreak
from app.simulator.behaviours.work import work
from app.simulator.fleet import Fleet, Process

ONSET_BEATS = (10, 40)
CONTROL_BEATS = 60.0


def cascade(fleet: Fleet) -> None:
    """One outbreak; fan-outs with helpers, which spread no further, go on beside it."""
    fleet.label_members("cascade", holds=False)
    for agent in fleet.agents:
        fleet.begin(work(fleet, agent))
        fleet.begin(habit(fleet, agent, delegate, CONTROL_BEATS))
    fleet.begin(_outbreak(fleet))


def _outbreak(fleet: Fleet) -> Process:
    yield fleet.env.timeout(fleet.random.uniform(*ONSET_BEATS))
    yield from Outbreak(fleet, fleet.random.choice(fleet.agents)).start()
