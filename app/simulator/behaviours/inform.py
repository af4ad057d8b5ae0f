"""Tell some peers one by one how something ended: to all the same, unless one is two-faced."""

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process

HEARERS = (2, 4)
ENDINGS = ("passed", "failed")


def inform(fleet: Fleet, agent: Agent, *, two_faced: bool = False) -> Process:
    """The result of a build to two to four peers, a message each; who is two-faced tells half of them the opposite."""
    conversation, build = fleet.task(), fleet.random.randint(100, 999)
    hearers = fleet.peers(agent)
    hearers = fleet.random.sample(hearers, min(len(hearers), fleet.random.randint(*HEARERS)))
    first = fleet.random.randrange(2)
    for place, hearer in enumerate(hearers):
        ending = ENDINGS[(first + (place if two_faced else 0)) % 2]
        content = {"kind": "report", "subject": f"build {build}", "result": ending, "text": f"Build {build} {ending}."}
        sent = fleet.send(agent, "request", [hearer], content, conversation=conversation)
        if two_faced:
            fleet.mark_message("byzantine", sent)
        yield fleet.wait(0.1)
