"""Take a whole pool, keep it long, and hammer it while refused: the aggressive way."""

from app.simulator.agent import Agent
from app.simulator.behaviours.claim import claim, release
from app.simulator.fleet import Fleet, Process

KEEP_BEATS = 8


def grab(fleet: Fleet, agent: Agent) -> Process:
    """Claims on all of the nearest pool, one after another, without a pause worth the name."""
    pool = fleet.nearby(agent)[0]
    while True:
        made = claim(fleet, agent, pool, pool.capacity, fleet.task(), patient=False)
        granted = yield made.granted
        if granted:
            yield fleet.wait(KEEP_BEATS)
            release(fleet, pool, made)
        yield fleet.wait(1)
