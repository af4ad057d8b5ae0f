"""Edges follow the messages: a weight that decays, errors, latencies of replies, kinds.

The weight of n messages at ages a1..an is the sum of 2^(-a / half-life), kept by one multiplication a message
(G. Cormode, V. Shkapenyuk, D. Srivastava, B. Xu, "Forward Decay: A Practical Time Decay Model for Streaming
Systems", ICDE 2009, section 3: for exponential decay, looking forward and looking back agree). Messages at a
steady rate r come to weigh r * half-life / ln 2, so the rate is read off as weight * ln 2 / half-life.
"""

from app.core.context import Context
from app.core.entries import EdgeEntry
from app.core.graph.latency import asks, latency_of
from app.core.graph.pending import MANY, mark_node, queue_edge
from app.core.interaction import Interaction
from app.core.trust import forgetting, seen

MAX_NAMED = 256
"""Targets that a message may name before it counts for the sender's edge to many; a constant of engine version 1."""
MAX_KINDS = 4
MAX_KIND = 32
"""Kinds that an edge keeps, the latest, and characters of each; constants of engine version 1."""
MILLION = 1_000_000


def observe(context: Context, interaction: Interaction) -> None:
    """Add a message to its edges: one a target, or the sender's edge to many."""
    targets = interaction.targets
    if 0 < len(targets) <= MAX_NAMED:
        unnamed = 0
        for target in targets:
            unnamed += not _follow(context, interaction, target)
        if unnamed:
            _follow_many(context, interaction, unnamed)
    elif targets or not interaction.message.target_agents:
        _follow_many(context, interaction, len(targets))
    else:
        mark_node(context, interaction.sender)


def _follow(context: Context, interaction: Interaction, target: str) -> bool:
    """Whether the edge to the target is there, or there is room for it."""
    sender = interaction.sender
    edges, key = context.state.edges, (context.fleet, sender, target)
    edge = edges.edit(key)
    if edge is None:
        agent = seen(context, sender)
        if agent.out_edges >= context.policy.graph.max_edges:
            return False
        agent.out_edges += 1
        edge = edges.put(key, EdgeEntry(context.now))
    _add(context, interaction, edge, latency_of(context, interaction, target, edge))
    queue_edge(context, edge, sender, target)
    return True


def _follow_many(context: Context, interaction: Interaction, fanout: int) -> None:
    edges, key = context.state.edges, (context.fleet, interaction.sender, MANY)
    edge = edges.edit(key) or edges.put(key, EdgeEntry(context.now))
    _add(context, interaction, edge, None)
    edge.fanout = max(edge.fanout, fanout)
    queue_edge(context, edge, interaction.sender, MANY)


def _add(context: Context, interaction: Interaction, edge: EdgeEntry, latency: int | None) -> None:
    policy, now = context.policy.graph, context.now
    elapsed = now - edge.last_seen
    if elapsed >= policy.forget_after_s * 1000.0:
        _begin_anew(edge)
    left = forgetting(elapsed, policy.half_life_s)
    edge.count += 1
    edge.weight = int(edge.weight * left + 0.5) + MILLION
    if interaction.error or edge.errors:
        edge.errors = int(edge.errors * left + 0.5) + MILLION * interaction.error
    if latency is not None or edge.replies:
        _add_latency(edge, left, latency)
    if elapsed > 0:
        edge.last_seen = now
    if asks(interaction):
        edge.asked_at = now
    if interaction.kind not in edge.kinds:
        _add_kind(edge, interaction.kind[:MAX_KIND])


def _begin_anew(edge: EdgeEntry) -> None:
    """An edge that has aged, though nobody has looked yet."""
    edge.weight = edge.count = edge.errors = edge.replies = edge.latency = 0
    edge.kinds, edge.fanout, edge.asked_at, edge.replied_at = (), 0, 0, 0


def _add_latency(edge: EdgeEntry, left: float, latency: int | None) -> None:
    edge.replies = int(edge.replies * left + 0.5)
    if latency is not None:
        edge.replies += MILLION
        edge.latency += (latency * MILLION - edge.latency) * MILLION // edge.replies


def _add_kind(edge: EdgeEntry, kind: str) -> None:
    if kind not in edge.kinds:
        edge.kinds = (*edge.kinds, kind)[-MAX_KINDS:]
