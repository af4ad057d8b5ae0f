"""Councils: groups that vote."""

from msgspec import Struct


class Motion(Struct, frozen=True, array_like=True):
    """A proposal that was put to the vote; sets of agents are bits by their seats in the council."""

    team: int
    approved: int = 0
    rejected: int = 0


class Deed(Struct, frozen=True, array_like=True):
    """How what a team did together ended."""

    team: int
    failures: int
    """How many of its members are known to have made it fail; 0 where it went well."""


class CouncilEntry(Struct, omit_defaults=True):
    """Agents that decide together by vote. Key: [fleet, agent], of whoever of them comes first in order.

    What a proposer has on the table is kept under its own key.
    """

    due: int | None
    seats: tuple[str, ...] = ()
    """The members, in order; a set of them is a number with a bit for each."""
    spoken: tuple[tuple[int, int], ...] = ()
    """Since the last outcome: who (a seat) named which members in one breath."""
    motions: tuple[Motion, ...] = ()
    """Since the last outcome: what was proposed, and how the vote went."""
    proposer: str | None = None
    """Whose proposal is the last of these; the votes on it stand in the proposer's entry."""
    deeds: tuple[Deed, ...] = ()
    outcomes: int = 0
    chair: str | None = None
    """Of a proposer: under whose key its council is kept."""
    team: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    rejecters: tuple[str, ...] = ()
