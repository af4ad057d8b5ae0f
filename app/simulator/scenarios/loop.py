"""Tasks go round and round among three agents or more, beside review cycles that converge."""

from app.simulator.behaviours.circulate import circulate
from app.simulator.behaviours.deliver import deliver
from app.simulator.behaviours.habit import habit
from app.simulator.behaviours.review import review
from app.simulator.behaviours.work import work
from app.simulator.fleet import Fleet, Process

MIN_RING = 3
MEMBERS = (3, 7)
TURNS = (4, 16)
AGENTS_PER_LOOP = 50
ONSET_BEATS = (10, 40)
CONTROL_BEATS = 40.0


def loop(fleet: Fleet) -> None:
    """One loop in fifty agents; more members and turns by severity. The controls are labelled as no loops."""
    fleet.label_members("loop", holds=False)
    for agent in fleet.agents:
        fleet.begin(work(fleet, agent))
    if len(fleet.agents) < MIN_RING:
        return
    for agent in fleet.agents:
        for act in (review, deliver):
            fleet.begin(habit(fleet, agent, act, CONTROL_BEATS))
    for _ in range(max(1, len(fleet.agents) // AGENTS_PER_LOOP)):
        fleet.begin(_loop(fleet))


def _loop(fleet: Fleet) -> Process:
    yield fleet.env.timeout(fleet.random.uniform(*ONSET_BEATS))
    size = fleet.random.randint(MIN_RING, round(fleet.between(*MEMBERS)))
    ring = fleet.random.sample(fleet.agents, min(size, len(fleet.agents)))
    yield from circulate(fleet, ring, round(fleet.between(*TURNS)))
