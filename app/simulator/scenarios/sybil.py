"""One agent brings many new identities into being, which praise it and vote for it."""

from functools import partial

from app.simulator.agent import Agent
from app.simulator.behaviours.habit import habit
from app.simulator.behaviours.praise import praise
from app.simulator.behaviours.rate import rate_honestly
from app.simulator.behaviours.work import work
from app.simulator.fleet import Fleet, Process

IDENTITIES = (5, 20)
BIRTH_BEATS = 0.5
HONEST_BEATS = 12.0
NEWCOMER_BEATS = 20.0
ONSET_BEATS = (20, 50)
WORTH = (4.0, 9.0)


def sybil(fleet: Fleet) -> None:
    """Honest newcomers come one by one and rate many; the identities come together and praise one."""
    fleet.label_members("sybil", holds=False)
    quality = {agent.id: fleet.random.uniform(*WORTH) for agent in fleet.agents}
    for agent in fleet.agents:
        fleet.begin(work(fleet, agent))
        fleet.begin(_rater(fleet, agent, quality))
    fleet.begin(_newcomers(fleet, quality))
    fleet.begin(_attack(fleet, fleet.random.choice(fleet.agents)))


def _rater(fleet: Fleet, agent: Agent, quality: dict[str, float]) -> Process:
    return habit(fleet, agent, partial(rate_honestly, quality=quality), HONEST_BEATS)


def _newcomers(fleet: Fleet, quality: dict[str, float]) -> Process:
    while True:
        yield fleet.wait(NEWCOMER_BEATS)
        newcomer = fleet.join("trainee")
        fleet.label_agent("sybil", newcomer, holds=False)
        fleet.begin(_rater(fleet, newcomer, quality))


def _attack(fleet: Fleet, master: Agent) -> Process:
    """In half of all fleets the identities name their sponsor, in the others only their birth betrays them."""
    yield fleet.env.timeout(fleet.random.uniform(*ONSET_BEATS))
    fleet.label_agent("sybil", master, holds=True)
    sponsored = fleet.random.random() < 0.5  # noqa: PLR2004
    for _ in range(round(fleet.between(*IDENTITIES))):
        identity = fleet.join("assistant")
        fleet.label_agent("sybil", identity, holds=True)
        fleet.begin(praise(fleet, identity, master, sponsored=sponsored))
        yield fleet.wait(BIRTH_BEATS)
