"""Councils: who decides with whom, what was named, proposed, voted and done. The record, without judgement.

A council is known by its members: whoever speaks, proposes or reports, and those that it tells. It is kept
under whoever of them comes first in order, so that no message has to name it.
"""

from msgspec.structs import replace

from app.core import signals
from app.core.context import Context
from app.core.entries import CouncilEntry, Deed, Motion
from app.core.interaction import Interaction
from app.core.lineups import lineups

MIN_SEATS, MAX_SEATS = 3, 32
"""Members of a council; smaller and larger groups are none."""
MAX_SPOKEN = 64
MAX_MOTIONS = 16
MAX_DEEDS = 16
"""What a council remembers, the latest of each; constants of engine version 1."""
FAILED = ("fail", "failed", "failure", "error")


def convened(context: Context, agents: tuple[str, ...]) -> CouncilEntry | None:
    """The council of these agents, to be changed; None where they are too few or too many."""
    seats = tuple(sorted(set(agents)))
    if not MIN_SEATS <= len(seats) <= MAX_SEATS:
        return None
    entry = _entry(context, seats[0])
    if entry.seats != seats:
        entry.seats, entry.spoken, entry.motions, entry.deeds = seats, (), (), ()
        entry.proposer, entry.outcomes = None, 0
    return entry


def speak(context: Context, interaction: Interaction) -> None:
    """Remember which members were named together."""
    text = interaction.content.text
    if not isinstance(text, str) or not MIN_SEATS <= len(interaction.targets) + 1 <= MAX_SEATS:
        return
    seats = tuple(sorted((interaction.sender, *interaction.targets)))
    speaker = seats.index(interaction.sender)
    named = lineups(text, seats, speaker)
    council = convened(context, seats) if named else None
    if council is not None:
        council.spoken = (*council.spoken, *((speaker, team) for team in named))[-MAX_SPOKEN:]


def propose(context: Context, interaction: Interaction) -> CouncilEntry | None:
    """Put a team to the vote; the votes on what was proposed before are counted in."""
    council = convened(context, (interaction.sender, *interaction.targets))
    team = _team(interaction)
    if council is None or not team:
        return None
    _close(context, council)
    council.motions = (*council.motions, Motion(bits(council, team)))[-MAX_MOTIONS:]
    council.proposer = interaction.sender
    own = _entry(context, interaction.sender)
    own.chair, own.team, own.approvers, own.rejecters = council.seats[0], team, (), ()
    return council


def vote(context: Context, interaction: Interaction) -> CouncilEntry | None:
    """Count a vote on what one of the targets has on the table; returns the council that it is of."""
    choice = interaction.content.vote
    for proposer in interaction.targets if choice in ("approve", "reject") else (interaction.sender,):
        own = context.state.councils.get((context.fleet, proposer))
        if own is not None and own.chair is not None and own.team:
            return _count(context, proposer, interaction.sender, approves=choice == "approve")
    return None


def conclude(context: Context, interaction: Interaction) -> None:
    """An outcome ends the round: what was said and proposed is settled, what was done is remembered."""
    council = convened(context, interaction.targets)
    team = _team(interaction)
    if council is None or not team:
        return
    content = interaction.content
    failed = isinstance(content.result, str) and content.result.lower() in FAILED
    failures = max(1, int(signals.amount(content.fail_count) or 1)) if failed else 0
    council.deeds = (*council.deeds, Deed(bits(council, team), min(failures, len(team))))[-MAX_DEEDS:]
    council.outcomes += 1
    council.spoken, council.motions, council.proposer = (), (), None


def bits(council: CouncilEntry, agents: tuple[str, ...]) -> int:
    """A set of agents as bits by their seats."""
    return sum(1 << seat for seat, agent in enumerate(council.seats) if agent in agents)


def _entry(context: Context, agent_id: str) -> CouncilEntry:
    councils, key = context.state.councils, (context.fleet, agent_id)
    entry = councils.edit(key) or councils.put(key, CouncilEntry(due=None))
    entry.due = context.now + int(context.policy.voting.memory_s * 1000.0)
    return entry


def _team(interaction: Interaction) -> tuple[str, ...]:
    team = interaction.content.team
    if not isinstance(team, list):
        return ()
    names = (signals.name(agent) for agent in team[:MAX_SEATS])
    return tuple(name for name in names if name is not None)


def _close(context: Context, council: CouncilEntry) -> None:
    """Take the votes of the proposal before into the record."""
    if council.proposer is None or not council.motions:
        return
    own = context.state.councils.get((context.fleet, council.proposer))
    if own is not None:
        last = replace(
            council.motions[-1], approved=bits(council, own.approvers), rejected=bits(council, own.rejecters)
        )
        council.motions = (*council.motions[:-1], last)


def _count(context: Context, proposer: str, voter: str, *, approves: bool) -> CouncilEntry | None:
    own = _entry(context, proposer)
    if (
        voter not in own.approvers
        and voter not in own.rejecters
        and len(own.approvers) + len(own.rejecters) < MAX_SEATS
    ):
        own.approvers = (*own.approvers, voter) if approves else own.approvers
        own.rejecters = own.rejecters if approves else (*own.rejecters, voter)
    assert own.chair is not None
    return context.state.councils.get((context.fleet, own.chair))
