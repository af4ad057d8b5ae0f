"""A fleet's trust, by the stored tables of the partitions."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from msgspec import Struct

from app.core.distribution import Distribution, distribution
from app.core.entries import AgentEntry, FleetEntry, PartitionEntry
from app.core.policy import BUILT_IN, Policy
from app.core.table import Key

E = TypeVar("E", bound=Struct)


class ReadTable(Protocol):
    """Reads a stored table, by its name and the type of its entries."""

    def __call__(self, table: str, entry: type[E], /) -> Mapping[Key, E]: ...


def fleet_trust(read: ReadTable, fleets: list[str]) -> dict[str, Distribution]:
    """How the scores of each of these fleets are spread, as of its clock; fleets without agents are left out."""
    known = read("fleets", FleetEntry)
    partitions = list(read("partitions", PartitionEntry).values())
    agents: dict[str, list[tuple[str, AgentEntry]]] = {fleet: [] for fleet in fleets}
    for key, entry in read("agents", AgentEntry).items():
        if key[0] in agents:
            agents[str(key[0])].append((str(key[1]), entry))
    found = {}
    for fleet, members in agents.items():
        own = known.get((fleet,))
        spread = None if own is None else distribution(members, own.clock, _policy(own, partitions).trust)
        if spread is not None:
            found[fleet] = spread
    return found


def _policy(fleet: FleetEntry, partitions: list[PartitionEntry]) -> Policy:
    """The fleet's own policy, else the partitions' latest: a policy for all fleets goes to each partition."""
    latest = max((entry.policy for entry in partitions), key=lambda policy: policy.version, default=BUILT_IN)
    return fleet.policy or latest
