"""An orchestrator splits a job among helpers and collects what they find."""

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process

WORK_BEATS = 1.5
HELPERS = (3, 7)
JOBS = ("Search the archive", "Compare the versions", "Test the build", "Summarise the interviews", "Check the prices")


def delegate(fleet: Fleet, boss: Agent) -> Process:
    """A request to each of up to seven helpers at once; each answers in its own time."""
    conversation, job = fleet.task(), fleet.random.choice(JOBS)
    helpers = fleet.peers(boss)
    helpers = fleet.random.sample(helpers, min(len(helpers), fleet.random.randint(*HELPERS)))
    for part, helper in enumerate(helpers, 1):
        fleet.begin(_help(fleet, boss, helper, f"{conversation}/{part}", f"{job}, part {part} of {len(helpers)}"))
        yield fleet.wait(0.05)


def _help(fleet: Fleet, boss: Agent, helper: Agent, correlation: str, job: str) -> Process:
    conversation = correlation.rsplit("/", 1)[0]
    task = {"kind": "task", "text": job}
    asked = fleet.send(boss, "request", [helper], task, conversation=conversation, correlation=correlation)
    yield fleet.wait(WORK_BEATS)
    found = {"kind": "result", "status": "ok", "text": f"{job}: {fleet.random.randint(0, 99)} findings"}
    fleet.send(helper, "response", [boss], found, conversation=conversation, correlation=correlation, cause=asked)
