"""Keep most of a pool for oneself, claim it again the moment it is back, and ask for more meanwhile."""

import math

from app.simulator.agent import Agent
from app.simulator.behaviours.claim import claim, release
from app.simulator.fleet import Fleet, Process

SHARE = (0.5, 1.0)
KEEP_BEATS = (10.0, 40.0)
PAUSE_BEATS = 0.2


def hoard(fleet: Fleet, agent: Agent) -> Process:
    """Claims on half of a pool or all of it by severity, held long and waited for patiently."""
    pool = fleet.contested(agent)
    amount = math.ceil(fleet.between(*SHARE) * pool.capacity)
    while True:
        made = claim(fleet, agent, pool, amount, fleet.task(), patient=True)
        fleet.mark_message("hoarding", made.request)
        granted = yield made.granted
        if granted:
            yield fleet.wait(fleet.between(*KEEP_BEATS))
            release(fleet, pool, made)
        yield fleet.wait(PAUSE_BEATS)
