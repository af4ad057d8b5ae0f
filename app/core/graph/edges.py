"""Edges follow the messages: a weight that decays, errors, latencies of replies, kinds.

The weight of n messages at ages a1..an is the sum of 2^(-a / half-life), kept by one multiplication a message
(G. Cormode, V. Shkapenyuk, D. Srivastava, B. Xu, "Forward Decay: A Practical Time Decay Model for Streaming
Systems", ICDE 2009, section 3: for exponential decay, looking forward and looking back agree). Messages at a
steady rate r come to weigh r * half-life / ln 2, so the rate is read off as weight * ln 2 / half-life.
"""

from app.core.context import Context
from app.core.entries import EdgeEntry
from app.core.graph.causes import Cause, cause_of, remember
from app.core.graph.latency import asks, latency_of
from app.core.graph.pending import MANY, mark_node, queue_edge
from app.core.interaction import Interaction
from app.core.trust import forgetting

MAX_NAMED = 256
"""Targets that a message may name before it counts for the sender's edge to many; a constant of engine version 1."""
MAX_KINDS = 4
MAX_KIND = 32
"""Kinds that an edge keeps, the latest, and characters of each; constants of engine version 1."""
MILLION = 1_000_000


def observe(context: Context, interaction: Interaction) -> None:
    """Add a message to its edges: one a target, or the sender's edge to many; and to the edge from its cause."""
    cause = cause_of(context, interaction)
    _address(context, interaction, cause)
    if cause is not None:
        _follow_effect(context, cause, interaction.sender)
    remember(context, interaction)


def _address(context: Context, interaction: Interaction, cause: Cause | None) -> None:
    targets = interaction.targets
    if 0 < len(targets) <= MAX_NAMED:
        unnamed = 0
        for target in targets:
            unnamed += not _follow(context, interaction, target, cause)
        if unnamed:
            _follow_many(context, interaction, unnamed)
    elif targets or not interaction.message.target_agents:
        _follow_many(context, interaction, len(targets))
    else:
        mark_node(context, interaction.sender)


def _follow(context: Context, interaction: Interaction, target: str, cause: Cause | None) -> bool:
    """Whether the edge to the target is there, or there is room for it."""
    edge = _edge(context, interaction.sender, target)
    if edge is None:
        return False
    _add(context, interaction, edge, latency_of(context, interaction, target, edge, cause))
    queue_edge(context, edge, interaction.sender, target)
    return True


def _edge(context: Context, source: str, target: str) -> EdgeEntry | None:
    """The edge, to be changed; None where the source is forgotten, or has no room for a new one."""
    edges, key = context.state.edges, (context.fleet, source, target)
    edge = edges.edit(key)
    if edge is not None:
        return edge
    agent = context.state.agents.edit((context.fleet, source))
    if agent is None or agent.out_edges >= context.policy.graph.max_edges:
        return None
    agent.out_edges += 1
    return edges.put(key, EdgeEntry(context.now))


def _edge_to_many(context: Context, source: str) -> EdgeEntry:
    edges, key = context.state.edges, (context.fleet, source, MANY)
    return edges.edit(key) or edges.put(key, EdgeEntry(context.now))


def _follow_effect(context: Context, cause: Cause, target: str) -> None:
    edge, end = _edge(context, cause.agent_id, target), target
    if edge is None:
        edge, end = _edge_to_many(context, cause.agent_id), MANY
    _fade(context, edge)
    edge.effects += MILLION
    if cause.known_by not in edge.known_by:
        edge.known_by = (*edge.known_by, cause.known_by)
    queue_edge(context, edge, cause.agent_id, end)


def _follow_many(context: Context, interaction: Interaction, fanout: int) -> None:
    edge = _edge_to_many(context, interaction.sender)
    _add(context, interaction, edge, None)
    edge.fanout = max(edge.fanout, fanout)
    queue_edge(context, edge, interaction.sender, MANY)


def _add(context: Context, interaction: Interaction, edge: EdgeEntry, latency: int | None) -> None:
    _fade(context, edge)
    edge.count += 1
    edge.weight += MILLION
    if interaction.error:
        edge.errors += MILLION
    if latency is not None:
        edge.replies += MILLION
        edge.latency += (latency * MILLION - edge.latency) * MILLION // edge.replies
    if asks(interaction):
        edge.asked_at = context.now
    if interaction.kind not in edge.kinds:
        _add_kind(edge, interaction.kind[:MAX_KIND])


def _fade(context: Context, edge: EdgeEntry) -> None:
    """Bring the weights up to now."""
    policy, elapsed = context.policy.graph, context.now - edge.last_seen
    if elapsed <= 0:
        return
    if elapsed >= policy.forget_after_s * 1000.0:
        _begin_anew(edge)
    left = forgetting(elapsed, policy.half_life_s)
    edge.weight = int(edge.weight * left + 0.5)
    if edge.errors:
        edge.errors = int(edge.errors * left + 0.5)
    if edge.replies:
        edge.replies = int(edge.replies * left + 0.5)
    if edge.effects:
        edge.effects = int(edge.effects * left + 0.5)
    edge.last_seen = context.now


def _begin_anew(edge: EdgeEntry) -> None:
    """An edge that has aged, though nobody has looked yet."""
    edge.weight = edge.count = edge.errors = edge.replies = edge.latency = edge.effects = 0
    edge.known_by = ()
    edge.kinds, edge.fanout, edge.asked_at, edge.replied_at = (), 0, 0, 0


def _add_kind(edge: EdgeEntry, kind: str) -> None:
    if kind not in edge.kinds:
        edge.kinds = (*edge.kinds, kind)[-MAX_KINDS:]
