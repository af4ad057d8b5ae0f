"""A score in the mirror."""

import msgspec
from msgspec import Struct

from app.core.entries import AgentEntry
from app.core.policy import TrustPolicy
from app.core.trust import confidence_at, trust_of


class Score(Struct, frozen=True, omit_defaults=True):
    """What the tables say of an agent, as of its latest evidence: it fades since (docs/detection.md)."""

    trust: float
    """0 to 100."""
    confidence: float
    """How much evidence stands behind it: 0 (none) to 1."""
    at: int
    """Event time of the latest evidence, ms since the epoch."""
    messages: int
    agent_class: str | None
    time: int
    """When the worker committed it, ms since the epoch."""
    log: str
    """Id of the changelog that it is from."""
    partition: int
    offset: int
    """Of the changelog: what stands behind it is newer."""
    forgotten: bool = False
    """Whether the tables have no entry of it any more."""


class Place(Struct, frozen=True):
    """Where in a changelog an entry stands, and since when."""

    log: str
    partition: int
    offset: int
    time: int


def score_of(entry: AgentEntry | None, place: Place, policy: TrustPolicy) -> Score:
    """The score of a table's entry; None was deleted.

    >>> place = Place("log", 0, 7, 1_000)
    >>> score_of(AgentEntry(first_seen=1, last_seen=2, due=None, at=2, bad=4.0), place, TrustPolicy()).trust
    50.0
    >>> score_of(None, place, TrustPolicy()).forgotten
    True
    """
    where = msgspec.structs.asdict(place)
    if entry is None:
        return Score(trust=100.0, confidence=0.0, at=place.time, messages=0, agent_class=None, forgotten=True, **where)
    return Score(
        trust=trust_of(entry.good, entry.bad, policy),
        confidence=confidence_at(entry, entry.at, policy),
        at=entry.at,
        messages=entry.messages,
        agent_class=entry.agent_class,
        **where,
    )
