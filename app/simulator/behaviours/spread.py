"""Trouble that spreads: a bad task makes its receiver fail and pass bad tasks on, to more than one on average."""

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process

CONTACTS = 4
INCUBATION_BEATS = 1.0
TASKS_PER_AGENT = 4
"""After so many it is contained, whoever did that."""


class Outbreak:
    """Bad tasks from one origin on; each brings one to four new ones by severity, the mean of which is R."""

    def __init__(self, fleet: Fleet, origin: Agent) -> None:
        self._fleet = fleet
        self._conversation = fleet.task()
        self._origin = origin
        self._left = TASKS_PER_AGENT * len(fleet.agents)
        self._sent = 0

    def start(self) -> Process:
        """Make the origin pass trouble on."""
        self._fleet.label_agent("cascade", self._origin, holds=True)
        return self._pass_on(self._origin, None)

    def _pass_on(self, carrier: Agent, cause: str | None) -> Process:
        """Bad tasks to some others: one at severity 0, all four contacts at severity 1, 2.5 in between."""
        fleet, others = self._fleet, self._fleet.others(carrier)
        extra = sum(fleet.random.random() < fleet.severity for _ in range(CONTACTS - 1))
        targets = fleet.random.sample(others, min(len(others), self._left, 1 + extra))
        self._left -= len(targets)
        for target in targets:
            fleet.begin(self._reach(carrier, target, cause))
            yield fleet.wait(0.05)

    def _reach(self, carrier: Agent, target: Agent, cause: str | None) -> Process:
        fleet, conversation = self._fleet, self._conversation
        self._sent += 1
        correlation = f"{conversation}/{self._sent}"
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
