"""The propagation forest: who was set off by whom, in trees with a root that nobody had set off.

A message is set off by one that its sender got before: the one that its `causation_id` names; else the latest of the
same conversation; else, where neither names a conversation, the latest at all, if it is too close to be a coincidence.
For an agent that sends at random once in `pause` the chance to send within d is 1 - exp(-d / pause); so the forest is
thinned as a self-exciting process is declustered (J. Zhuang, Y. Ogata and D. Vere-Jones, "Stochastic declustering of
space-time earthquake occurrences", Journal of the American Statistical Association 97, 2002).
"""

from msgspec import Struct
from msgspec.structs import replace

from app.core import incidents
from app.core.context import Context
from app.core.detectors.cascade import rhythm
from app.core.detectors.cascade.branching import Reproduction, final_size, observed, reproduction
from app.core.detectors.cascade.rhythm import Times
from app.core.entries import Receipt, SpreadEntry, TreeEntry
from app.core.suspicion import suspect
from app.core.table import Key
from app.core.trust import decimals
from app.events import AlertAgent

CHANCE = 0.2
"""From this chance on that a send follows a message by coincidence it is not taken as set off by it."""
MAX_GENERATIONS = 64
MAX_MEMBERS = 64
MAX_PARENTS = 8
MAX_EVIDENCE = 16
"""What is remembered of a tree; constants of engine version 1."""
AMPLIFIES = 2.0
"""An agent that sets off so many times the mean is an amplification point."""
FAILED = 3
"""Agents that fail at what they were sent, from which on passing it on is itself the spread: all it is sent to count,
and not only those that have gone on already."""
DEEP = 2
"""Generations after the root that activity must reach to spread: one is an ordinary fan-out. Failures need but one."""


class Place(Struct, frozen=True):
    """Where in the forest a message is sent from."""

    offset: int
    """Of the record at the root of the tree."""
    generation: int


class Said(Struct, frozen=True):
    """What of a message tells its cause."""

    conversation: int
    causation: int
    """Both as CRC-32; 0: none is given."""
    failure: bool


def cause_of(context: Context, entry: SpreadEntry, said: Said, times: Times) -> Receipt | None:
    """The receipt that has set off what the agent of `entry` sends now."""
    for receipt in reversed(entry.receipts):
        passed = context.now - receipt.at
        if receipt.failure != said.failure or passed > times.named:
            continue
        if said.causation and receipt.message_id:
            if receipt.message_id == said.causation:
                return receipt
        elif said.conversation or receipt.conversation:
            if receipt.conversation == said.conversation:
                return receipt
        elif passed <= times.window and (not entry.pause_ms or passed <= CHANCE * entry.pause_ms):
            return receipt
    return None


def place(context: Context, agent: str, entry: SpreadEntry, said: Said, times: Times) -> Place:
    """Where the agent's message stands; the agent is counted where it has just been set off.

    Parameters: `entry`, the agent's, to be changed.
    """
    cause = cause_of(context, entry, said, times)
    if cause is not None:
        return _set_off(context, agent, cause, times)
    goes_on = entry.offset >= 0 and entry.conversation == said.conversation
    if goes_on and not said.failure and context.now - entry.sent_at <= times.window:
        return Place(entry.offset, entry.generation)
    return Place(context.offset, 0)


def told(context: Context, at: Place, targets: int) -> None:
    """One who was set off has passed it on to `targets` agents."""
    tree = context.state.trees.edit((context.fleet, at.offset)) if at.generation else None
    if tree is not None:
        tree.told += targets
        _judge(context, tree, (context.fleet, at.offset))


def failed(context: Context, agent: str, entry: SpreadEntry, said: Said, times: Times) -> None:
    """An agent fails at what it was sent: trouble that spreads with the messages."""
    cause = cause_of(context, entry, replace(said, failure=False), times)
    tree = None if cause is None else context.state.trees.edit((context.fleet, cause.offset))
    if tree is not None and agent not in tree.failed and len(tree.failed) < MAX_MEMBERS:
        tree.failed = (*tree.failed, agent)


def _set_off(context: Context, agent: str, cause: Receipt, times: Times) -> Place:
    trees, key = context.state.trees, (context.fleet, cause.offset)
    known = trees.get(key)
    at = Place(cause.offset, cause.generation + 1)
    counted = known is not None and (agent == known.root or agent in known.members)
    if counted or at.generation >= MAX_GENERATIONS:
        return at
    tree = trees.edit(key)
    if tree is None:
        if cause.generation:
            return at
        tree = trees.put(key, TreeEntry(None, cause.sender, cause.failure, (1,), (), (), ()))
    _grow(context, tree, agent, cause)
    tree.due = context.now + times.named
    _judge(context, tree, key)
    return at


def _grow(context: Context, tree: TreeEntry, agent: str, cause: Receipt) -> None:
    depth = cause.generation + 1
    counts = list(tree.generations) + [0] * (depth + 1 - len(tree.generations))
    counts[depth] += 1
    tree.generations = tuple(counts)
    tree.members = (*tree.members, agent)[:MAX_MEMBERS]
    parents = dict(tree.parents)
    parents[cause.sender] = parents.get(cause.sender, 0) + 1
    tree.parents = tuple(sorted(parents.items(), key=lambda parent: (-parent[1], parent[0]))[:MAX_PARENTS])
    tree.evidence = (*tree.evidence, context.offset)[-MAX_EVIDENCE:]


def _judge(context: Context, tree: TreeEntry, key: Key) -> None:
    """Whether the tree spreads: R above 1 and out of line for certain, while it is still small."""
    policy = context.policy.cascade
    children, parents = observed(tree.generations)
    if len(tree.failed) >= FAILED:
        children, parents = tree.told, sum(tree.generations[1:])
    elif children + 1 < policy.min_size or len(tree.generations) <= (1 if tree.failure else DEEP):
        return
    r = reproduction(children, parents, policy.certainty)
    if r.low > max(1.0, policy.margin * _ordinary(context)):
        _report(context, tree, key, r)


def _ordinary(context: Context) -> float:
    """The reproduction number of the fleet's finished trees."""
    entry = context.state.rhythms.get((context.fleet,))
    return 0.0 if entry is None or not entry.parents else entry.children / entry.parents


def over(context: Context, key: Key) -> None:
    """The timer of a tree that has not grown for a window: from now on it says what is ordinary."""
    tree = context.state.trees.get(key)
    assert tree is not None
    context.state.trees.delete(key)
    children, parents = observed(tree.generations)
    entry = rhythm.rhythm(context)
    left = 1.0 - 1.0 / rhythm.MEMORY
    entry.children = decimals(entry.children * left + children)
    entry.parents = decimals(entry.parents * left + parents)


def _report(context: Context, tree: TreeEntry, key: Key, r: Reproduction) -> None:
    size = sum(tree.generations)
    severity = decimals(1.0 - 1.0 / r.mean)
    expected = final_size(size, tree.generations[-1], r.mean, rhythm.rhythm(context).agents)
    amplifiers = [agent for agent, count in tree.parents if count >= AMPLIFIES * r.mean and agent != tree.root]
    context.effects.score("cascade", severity)
    suspect(context, tree.root, "cascade", severity)
    others = [agent for agent in tree.members if agent not in amplifiers and agent != tree.root]
    what = "failure" if tree.failure else "message"
    incidents.report(
        context,
        incidents.Finding(
            pattern="cascade",
            subject=str(key[1]),
            severity=severity,
            agents=(
                AlertAgent(tree.root, "culprit"),
                *(AlertAgent(agent, "carrier") for agent in amplifiers),
                *(AlertAgent(agent, "victim") for agent in others),
            ),
            evidence=tree.evidence,
            explanation=f"A {what} of {tree.root} has set off {size - 1} agents in {len(tree.generations) - 1} steps, "
            f"each of which sets off {r.mean:.1f} more ({r.low:.1f} to {r.high:.1f}).",
            suggested_action=f"stop {tree.root}" + (f", then {', '.join(amplifiers[:3])}" if amplifiers else ""),
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
            reproduction_number=decimals(r.mean),
            expected_final_size=decimals(expected),
        ),
    )
