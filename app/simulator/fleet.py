"""A simulated fleet: its agents, its pools, its clock, and the messages and labels it has produced."""

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

import simpy

from app.events import AgentMessage
from app.simulator.agent import Agent
from app.simulator.message import Content, MessageType, raw, timestamp
from app.simulator.pool import Pool
from app.simulator.truth import Label

Process = Generator[simpy.Event, bool, None]

PEERS = 7
AGENTS_PER_POOL = 4
EXPECTED_MESSAGES_PER_TASK = 2.3


class Fleet:
    """Agents around shared pools, without a conductor.

    Time is counted in beats: in one beat each agent sends one message on average, so a fleet
    behaves the same at every rate. `beat` is its length; `severity`, 0 to 1, is how bad a scenario gets.
    """

    def __init__(  # noqa: PLR0913 - a fleet has this many parts
        self, name: str, size: int, random: Random, start: datetime, beat: timedelta, *, severity: float = 0.5
    ) -> None:
        self.name = name
        self.random = random
        self.severity = severity
        self.env = simpy.Environment()
        self.agents = [Agent.member(index) for index in range(size)]
        self.pools = [Pool.of_fleet(index) for index in range(max(2, size // AGENTS_PER_POOL))]
        self._start = start
        self._beat = beat
        self._outbox: deque[AgentMessage | Label] = deque()
        self._run = start.strftime("%Y%m%dT%H%M%S%f")
        self._sent = self._thoughts = self._tasks = self._joined = 0

    @property
    def now(self) -> str:
        """The fleet's time, as messages carry it."""
        return timestamp(self._start + self.env.now * self._beat)

    def peers(self, agent: Agent) -> Sequence[Agent]:
        """The agents that this one talks to: those that follow it in a ring."""
        size = len(self.agents)
        return [self.agents[(agent.index + step) % size] for step in range(1, min(PEERS, size - 1) + 1)]

    def nearby(self, agent: Agent) -> Sequence[Pool]:
        """The two pools that this agent uses."""
        first = agent.index * len(self.pools) // len(self.agents)
        return self.pools[first], self.pools[(first + 1) % len(self.pools)]

    def contested(self, agent: Agent) -> Pool:
        """The pool that this agent and its neighbours all use."""
        first = agent.index * len(self.pools) // len(self.agents)
        return self.pools[first - first % 2]

    def between(self, low: float, high: float) -> float:
        """Low at severity 0, high at severity 1."""
        return low + (high - low) * self.severity

    def pick(self, share: float, least: int = 1) -> list[Agent]:
        """A share of the agents at random, at least so many, if there are."""
        size = len(self.agents)
        return self.random.sample(self.agents, min(size, max(least, round(share * size))))

    def others(self, agent: Agent) -> Sequence[Agent]:
        """All agents but this one."""
        return [other for other in self.agents if other is not agent]

    def stranger(self, agent: Agent) -> Agent:
        """Any agent of the fleet but this one."""
        while (other := self.random.choice(self.agents)) is agent:
            pass
        return other

    def join(self, role: str) -> Agent:
        """A new agent, unknown to the fleet so far and no peer of anybody."""
        self._joined += 1
        return Agent(f"{role}-new-{self._joined}", role, len(self.agents) + self._joined)

    def begin(self, process: Process) -> None:
        """Start a process in the fleet's time."""
        self.env.process(process)

    def wait(self, mean_beats: float) -> simpy.Timeout:
        """An exponentially distributed pause."""
        return self.env.timeout(self.random.expovariate(1 / mean_beats))

    def think(self) -> simpy.Timeout:
        """The pause of an agent between two tasks.

        As many beats as a task has brought messages so far, those of agents that do not think included:
        this holds the fleet at one message per agent and beat.
        """
        self._thoughts += 1
        size = len(self.agents)
        return self.wait((self._sent + EXPECTED_MESSAGES_PER_TASK * size) / max(self._thoughts, size))

    def task(self) -> str:
        """The conversation id of a new task."""
        self._tasks += 1
        return f"{self.name}/{self._run}/task-{self._tasks}"

    def send(  # noqa: PLR0913 - a message has this many parts
        self,
        sender: Agent,
        message_type: MessageType,
        targets: Sequence[Agent],
        content: Content,
        *,
        conversation: str,
        correlation: str | None = None,
        cause: str | None = None,
        sponsor: Agent | None = None,
    ) -> str:
        """Put a message on the bus; returns its id."""
        self._sent += 1
        message_id = f"{self.name}-{self._run}-{self._sent}"
        self._outbox.append(
            AgentMessage(
                agent_id=sender.id,
                timestamp=self.now,
                message_type=message_type,
                content=raw(content),
                target_agents=tuple(target.id for target in targets),
                correlation_id=correlation or conversation,
                metadata=raw({"msg_id": message_id, "agent_class": sender.role}),
                fleet=self.name,
                causation_id=cause,
                conversation_id=conversation,
                sponsor=sponsor.id if sponsor else None,
            )
        )
        return message_id

    def label_agent(self, detector: str, agent: Agent, *, holds: bool) -> None:
        """Tell what is true of an agent from now on."""
        self._outbox.append(Label(detector, "agent", agent.id, 1 if holds else 0, self.name, self.now))

    def label_members(self, detector: str, *, holds: bool) -> None:
        """Tell what is true of every agent and provider from now on."""
        for member in [*self.agents, *(pool.provider for pool in self.pools)]:
            self.label_agent(detector, member, holds=holds)

    def label_message(self, detector: str, message_id: str, against: Sequence[str]) -> None:
        """Tell which other messages this one is against; none means that the detector should be silent."""
        self._outbox.append(Label(detector, "message", message_id, 1 if against else 0, self.name, self.now, against))

    def mark_message(self, detector: str, message_id: str) -> None:
        """Tell that the detector should see this message as a part of what it looks for."""
        self._outbox.append(Label(detector, "message", message_id, 1, self.name, self.now))

    def run(self, until: float | None) -> Iterator[AgentMessage | Label]:
        """What the fleet says, in order of time, up to a number of beats or for ever."""
        while until is None or self.env.peek() < until:
            self.env.step()
            while self._outbox:
                yield self._outbox.popleft()
