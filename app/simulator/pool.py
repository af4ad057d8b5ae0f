"""A shared resource of a fleet, and who holds or awaits how much of it."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import simpy

from app.simulator.agent import Agent

KINDS = (
    ("gpu-pool", "gpu", 8),
    ("browser-pool", "browser", 12),
    ("build-queue", "builder", 6),
    ("mail-gate", "mail", 10),
)
MAX_WAITING = 3


@dataclass(slots=True, eq=False)
class Claim:
    """A request for an amount of a resource; `granted` succeeds with the provider's answer, True or False."""

    agent: Agent
    amount: int
    conversation: str
    patient: bool
    granted: simpy.Event
    request: str


@dataclass(slots=True, eq=False)
class Pool:
    """`capacity` units of a resource, given out first come, first served by the provider that owns it."""

    provider: Agent
    resource: str
    capacity: int
    _held: dict[str, Claim] = field(default_factory=dict)
    _waiting: deque[Claim] = field(default_factory=deque)

    @classmethod
    def of_fleet(cls, index: int) -> "Pool":
        """The pool with this place in its fleet.

        >>> Pool.of_fleet(0).resource, Pool.of_fleet(4).resource
        ('gpu-1', 'gpu-2')
        """
        provider, resource, capacity = KINDS[index % len(KINDS)]
        number = index // len(KINDS) + 1
        return cls(Agent(f"{provider}-{number}", "provider", index), f"{resource}-{number}", capacity)

    @property
    def free(self) -> int:
        """Units that nobody holds."""
        return self.capacity - sum(claim.amount for claim in self._held.values())

    def rivals(self, claim: Claim) -> Sequence[str]:
        """The open requests that this one cannot be granted beside; none if there is room for all."""
        wanted = claim.amount + sum(other.amount for other in self._waiting)
        if wanted <= self.free:
            return ()
        return [*self._held, *(other.request for other in self._waiting)]

    def hold(self, claim: Claim) -> None:
        """Give the claim its units."""
        self._held[claim.request] = claim

    def queue(self, claim: Claim) -> bool:
        """Let the claim wait for its turn, if it is ready to and few enough do."""
        if not claim.patient or len(self._waiting) >= MAX_WAITING:
            return False
        self._waiting.append(claim)
        return True

    def release(self, claim: Claim) -> Iterator[Claim]:
        """Take the units back; yields the waiting claims whose turn has come."""
        del self._held[claim.request]
        while self._waiting and self._waiting[0].amount <= self.free:
            yield self._waiting.popleft()

    def describe(self, amount: int) -> Mapping[str, str | int]:
        """The content of every message about this resource."""
        return {"resource": self.resource, "amount": amount, "capacity": self.capacity}
