"""Two agents depend on each other for some turns: each cooperates or defects."""

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process

TURNS = (4, 8)
TURN_BEATS = 0.5


def play(fleet: Fleet, agent: Agent, *, defecting: bool = False) -> Process:
    """The peer answers like with like (tit for tat); so does the agent, unless it defects whatever comes."""
    conversation, peer = fleet.task(), fleet.random.choice(fleet.peers(agent))
    mine = "defect" if defecting else "cooperate"
    theirs = "cooperate"
    for _ in range(fleet.random.randint(*TURNS)):
        sent = fleet.send(agent, "request", [peer], {"kind": "move", "action": mine}, conversation=conversation)
        fleet.send(peer, "request", [agent], {"kind": "move", "action": theirs}, conversation=conversation)
        theirs = mine
        if defecting:
            fleet.mark_message("byzantine", sent)
        yield fleet.wait(TURN_BEATS)
