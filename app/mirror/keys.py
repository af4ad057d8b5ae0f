"""The names of the mirror's keys. All keys of a fleet have one hash tag, so a cluster keeps them in one slot."""

from typing import NamedTuple
from urllib.parse import quote


class FleetKeys(NamedTuple):
    """The keys of one fleet. `boards` are the sorted sets."""

    rebuild: str
    """Token of the rebuild that is under way."""
    scores: str
    enforcement: str
    trust: str
    active: str
    contained: str
    forgotten: str

    @property
    def replaced(self) -> tuple[str, ...]:
        """What a rebuild makes anew."""
        return self[1:]

    @property
    def following(self) -> tuple[str, ...]:
        """Where a rebuild makes it, until the switch."""
        return tuple(f"{key}:next" for key in self.replaced)


class Keys:
    """Keys under a prefix.

    >>> keys = Keys("ringfence")
    >>> keys.fleet("north").scores
    'ringfence:{north}:scores'
    >>> keys.history("a:b}", "ann 1")
    'ringfence:{a%3Ab%7D}:history:ann%201'
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    @property
    def fleets(self) -> str:
        """A sorted set: every fleet, by when something of it was mirrored last."""
        return f"{self._prefix}:fleets"

    @property
    def position(self) -> str:
        """A hash: the offset to read next of each partition."""
        return f"{self._prefix}:position"

    def health(self, part: str) -> str:
        """What a part of the system last said of itself."""
        return f"{self._prefix}:health:{part}"

    def fleet(self, fleet: str) -> FleetKeys:
        """The keys of a fleet."""
        base = self._base(fleet)
        trust, active, contained = (f"{base}:leaderboard:{name}" for name in ("trust", "active", "contained"))
        scores, enforcement, forgotten = (f"{base}:{name}" for name in ("scores", "enforcement", "forgotten"))
        return FleetKeys(f"{base}:rebuild", scores, enforcement, trust, active, contained, forgotten)

    def history(self, fleet: str, agent_id: str) -> str:
        """A stream: the changes of an agent's trust."""
        return f"{self._base(fleet)}:history:{quote(agent_id, safe='')}"

    def _base(self, fleet: str) -> str:
        return f"{self._prefix}:{{{quote(fleet, safe='')}}}"
