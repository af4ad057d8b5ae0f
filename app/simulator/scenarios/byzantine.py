"""Some agents deceive: they tell each peer something else, break what they agreed on, forge replies, defect."""

from functools import partial

from app.simulator.agent import Agent
from app.simulator.behaviours.agree import agree
from app.simulator.behaviours.forge import forge
from app.simulator.behaviours.habit import Act, habit
from app.simulator.behaviours.inform import inform
from app.simulator.behaviours.play import play
from app.simulator.behaviours.work import work
from app.simulator.fleet import Fleet, Process

TRAITORS_SHARE = 0.1
MIN_SIZE = 4
HONEST_BEATS = 40.0
DECEIT_BEATS = (24.0, 6.0)
ONSET_BEATS = (10, 40)
HONEST: tuple[Act, ...] = (inform, agree, play)
DECEITS: tuple[Act, ...] = (
    partial(inform, two_faced=True),
    partial(agree, breaking=True),
    partial(play, defecting=True),
    forge,
)


def byzantine(fleet: Fleet) -> None:
    """One agent in ten turns; the honest ones inform, agree and play as well, and keep to what they say."""
    fleet.label_members("byzantine", holds=False)
    for agent in fleet.agents:
        fleet.begin(work(fleet, agent))
    if len(fleet.agents) < MIN_SIZE:
        return
    turning = {agent.index for agent in fleet.pick(TRAITORS_SHARE)}
    for agent in fleet.agents:
        if agent.index in turning:
            fleet.begin(_turn(fleet, agent))
        else:
            for act in HONEST:
                fleet.begin(habit(fleet, agent, act, HONEST_BEATS))


def _turn(fleet: Fleet, agent: Agent) -> Process:
    yield fleet.env.timeout(fleet.random.uniform(*ONSET_BEATS))
    fleet.label_agent("byzantine", agent, holds=True)
    for deceit in DECEITS:
        fleet.begin(habit(fleet, agent, deceit, fleet.between(*DECEIT_BEATS)))
