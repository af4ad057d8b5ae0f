"""The policies in force, by the tables of the workers."""

from collections.abc import Mapping

from app.core.entries import FleetEntry, PartitionEntry
from app.core.policy import Policy, TrustPolicy
from app.core.table import Key
from app.events import Decision


class PolicyBook:
    """What the tables say of policies: a fleet's own, else its partition's.

    >>> book = PolicyBook({}, {(0,): PartitionEntry(policy=Policy(version=3, trust=TrustPolicy(prior=2.0)))})
    >>> book.trust("north", 0).prior, book.trust("north", 1).prior
    (2.0, 4.0)
    """

    def __init__(self, fleets: Mapping[Key, FleetEntry], partitions: Mapping[Key, PartitionEntry]) -> None:
        self._fleets = {str(key[0]): entry.policy for key, entry in fleets.items() if entry.policy is not None}
        self._partitions = {int(key[0]): entry.policy for key, entry in partitions.items()}
        self._later: set[tuple[str | None, int, int]] = set()
        self._looked_up: set[tuple[str | None, int, int]] = set()

    @property
    def outdated(self) -> bool:
        """Whether a decision was made under a later policy."""
        return bool(self._later)

    def trust(self, fleet: str, partition: int) -> TrustPolicy:
        """The trust policy of a fleet of a partition."""
        return self._policy(fleet, partition).trust

    def note(self, decision: Decision, partition: int) -> None:
        """Compare a decision's policy with what is known of its fleet, or of the partition where it names none."""
        if decision.kind in ("message", "control"):
            made_under = (decision.fleet, partition, decision.policy_version)
            if self._is_behind(*made_under) and made_under not in self._looked_up:
                self._later.add(made_under)

    def renewed(self, newer: "PolicyBook") -> "PolicyBook":
        """What has been read anew; a later policy that is not there either was withdrawn, and is not looked for again.

        >>> PolicyBook({}, {}).renewed(PolicyBook({}, {})).outdated
        False
        """
        newer._looked_up = {made for made in self._looked_up | self._later if newer._is_behind(*made)}  # noqa: SLF001 - of the same class
        return newer

    def _is_behind(self, fleet: str | None, partition: int, version: int) -> bool:
        return version > self._policy(fleet, partition).version

    def _policy(self, fleet: str | None, partition: int) -> Policy:
        own = None if fleet is None else self._fleets.get(fleet)
        return own or self._partitions.get(partition) or Policy()
