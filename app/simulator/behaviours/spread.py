"""Trouble that spreads: a bad task makes its receiver fail and pass bad tasks on, to more than one on average."""

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process

CONTACTS = 4
INCUBATION_BEATS = 1.0


class Outbreak:
    """Who has caught it so far; everybody catches it once."""

    def __init__(self, fleet: Fleet, origin: Agent) -> None:
        self._fleet = fleet
        self._conversation = fleet.task()
        self._caught = {origin.id}
        self._origin = origin

    def start(self) -> Process:
        """Make the origin pass trouble on."""
        self._fleet.label_agent("cascade", self._origin, holds=True)
        return self._pass_on(self._origin, None)

    def _pass_on(self, carrier: Agent, cause: str | None) -> Process:
        """Bad tasks to some agents not reached yet: one at severity 0, all four contacts at severity 1."""
        fleet = self._fleet
        open_to = [agent for agent in fleet.others(carrier) if agent.id not in self._caught]
        extra = sum(fleet.random.random() < fleet.severity for _ in range(CONTACTS - 1))
        for target in fleet.random.sample(open_to, min(len(open_to), 1 + extra)):
            self._caught.add(target.id)
            fleet.begin(self._reach(carrier, target, cause))
            yield fleet.wait(0.05)

    def _reach(self, carrier: Agent, target: Agent, cause: str | None) -> Process:
        fleet, conversation = self._fleet, self._conversation
        correlation = f"{conversation}/{target.id}"
        task = {"kind": "task", "text": "Continue from this state."}
        asked = fleet.send(
            carrier, "request", [target], task, conversation=conversation, correlation=correlation, cause=cause
        )
        fleet.mark_message("cascade", asked)
        yield fleet.wait(INCUBATION_BEATS)
        failure = {"status": "error", "error": "state is corrupt"}
        failed = fleet.send(
            target, "response", [carrier], failure, conversation=conversation, correlation=correlation, cause=asked
        )
        fleet.mark_message("cascade", failed)
        fleet.label_agent("cascade_carrier", target, holds=True)
        yield from self._pass_on(target, asked)
