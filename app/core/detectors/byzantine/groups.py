"""Groups that decide together: what their proposals, votes and outcomes say of traitors among them."""

from collections.abc import Sequence

from app.core import signals
from app.core.context import Context
from app.core.detectors.byzantine import coalitions
from app.core.detectors.byzantine.belief import conduct, replace
from app.core.detectors.byzantine.signals import SABOTAGE
from app.core.entries import GroupEntry
from app.core.interaction import Interaction
from app.core.table import Key

LEAST_MEMBERS = 3
"""In a smaller group there is no honest majority beside a traitor."""
_APPROVE = frozenset({"approve", "approved", "yes", "aye", "accept", "for", "true"})
_REJECT = frozenset({"reject", "rejected", "no", "nay", "refuse", "against", "false"})
_SUCCEEDED = frozenset({"success", "succeeded", "ok", "done", "won", "pass", "passed", "true"})
_FAILED = frozenset({"fail", "failed", "failure", "error", "lost", "false"})


def proposal(context: Context, interaction: Interaction) -> None:
    """A team is put to the vote: the proposal before it is settled."""
    team = _names(interaction.content.team)
    if not team:
        return
    key = _group(context, interaction, team)
    entry = None if key is None else context.state.groups.edit(key)
    if key is None or entry is None:
        return
    _settle(context, entry)
    entry.team, entry.leader = _bits(entry, team), _place(entry, interaction.sender)
    _touch(context, entry)


def vote(context: Context, interaction: Interaction) -> None:
    """A vote on the latest proposal of the voter's group; the first of each member counts."""
    approves = _opinion(interaction.content.vote)
    key = _group_of(context, interaction.sender)
    entry = None if key is None or approves is None else context.state.groups.edit(key)
    if entry is None or not entry.team:
        return
    bit = _bits(entry, (interaction.sender,))
    if not bit & entry.voted:
        entry.voted |= bit
        entry.approved |= bit if approves else 0
    _touch(context, entry)


def outcome(context: Context, interaction: Interaction) -> None:
    """How a team's work ended, and how many of it are known to have sabotaged it."""
    team = _names(interaction.content.team)
    key = next((found for name in team if (found := _group_of(context, name)) is not None), None)
    key = key or _team_group(context, interaction, team)
    entry = None if key is None else context.state.groups.edit(key)
    if entry is None:
        return
    likelihoods = _settled(entry)
    failed = _failed(interaction.content.result)
    saboteurs = min(int(signals.amount(interaction.content.fail_count) or 0.0), len(team))
    bits, members = _bits(entry, team), len(entry.members)
    if failed is not None or saboteurs:
        likelihoods = coalitions.outcome(likelihoods, members, bits, failed=bool(failed), saboteurs=saboteurs)
    _believe(context, entry, likelihoods)
    _touch(context, entry)


def _settle(context: Context, entry: GroupEntry) -> None:
    if entry.team:
        _believe(context, entry, _settled(entry))


def _settled(entry: GroupEntry) -> Sequence[float]:
    """The likelihoods after the proposal before the group, which is then done with."""
    known = coalitions.unpack(entry.likelihoods)
    if not entry.team:
        return known
    votes = (entry.voted, entry.approved)
    after = coalitions.ballot(known, len(entry.members), entry.team, entry.leader, votes)
    entry.team, entry.leader, entry.voted, entry.approved = 0, -1, 0, 0
    return after


def _believe(context: Context, entry: GroupEntry, likelihoods: Sequence[float]) -> None:
    """Move what is believed of each member; who was never suspected stays so until something speaks against him."""
    entry.likelihoods = coalitions.pack(likelihoods)
    weights = coalitions.weights(coalitions.unpack(entry.likelihoods), len(entry.members))
    for member, weight in zip(entry.members, weights, strict=True):
        known = context.state.conduct.get((context.fleet, member))
        if weight > 0.0 or (known is not None and known.weights[SABOTAGE.place] != 0.0):
            replace(context, member, SABOTAGE, weight)


def _group(context: Context, interaction: Interaction, team: tuple[str, ...]) -> Key | None:
    """The group that a proposal is put to: its leader's, as long as nobody new hears it."""
    audience = tuple(dict.fromkeys((interaction.sender, *interaction.targets, *team)))[: coalitions.MAX_MEMBERS]
    key = _group_of(context, interaction.sender)
    known = None if key is None else context.state.groups.get(key)
    if key is not None and known is not None and set(audience) <= set(known.members):
        return key
    if len(audience) < LEAST_MEMBERS:
        return None
    return _found(context, interaction.sender, tuple(sorted(audience)))


def _team_group(context: Context, interaction: Interaction, team: tuple[str, ...]) -> Key | None:
    """The group of a team that never proposed anything: those who are told how it did; who tells it may be outside."""
    members = tuple(dict.fromkeys((*team, *interaction.targets)))[: coalitions.MAX_MEMBERS]
    return _found(context, team[0], tuple(sorted(members))) if team and len(members) >= LEAST_MEMBERS else None


def _found(context: Context, founder: str, members: tuple[str, ...]) -> Key:
    """A new group, named after who made its first proposal."""
    key: Key = (context.fleet, founder)
    likelihoods = coalitions.pack(coalitions.prior(len(members)))
    context.state.groups.put(key, GroupEntry(due=None, members=members, likelihoods=likelihoods))
    for member in members:
        conduct(context, member).group = founder
    return key


def _group_of(context: Context, agent_id: str) -> Key | None:
    known = context.state.conduct.get((context.fleet, agent_id))
    if known is None or known.group is None:
        return None
    key: Key = (context.fleet, known.group)
    group = context.state.groups.get(key)
    return key if group is not None and agent_id in group.members else None


def _touch(context: Context, entry: GroupEntry) -> None:
    entry.due = context.now + int(context.policy.byzantine.memory_s * 1000.0)


def _place(entry: GroupEntry, agent_id: str) -> int:
    return entry.members.index(agent_id) if agent_id in entry.members else -1


def _bits(entry: GroupEntry, names: Sequence[str]) -> int:
    chosen = frozenset(names)
    return sum(1 << place for place, member in enumerate(entry.members) if member in chosen)


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(found for item in value[: coalitions.MAX_MEMBERS] if (found := signals.name(item))))


def _opinion(value: object) -> bool | None:
    word = str(value).lower()
    return True if word in _APPROVE else False if word in _REJECT else None


def _failed(value: object) -> bool | None:
    word = str(value).lower()
    return True if word in _FAILED else False if word in _SUCCEEDED else None
