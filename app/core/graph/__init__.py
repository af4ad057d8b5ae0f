"""The causal graph of a fleet: who drives whom, how often, how fast, how well.

Edges are kept one by one in a table and weigh their messages with exponential decay in event time; what
changes is told in deltas (`GraphDelta`), at most one in `graph.delta_s` unless they grow too large. What
merely decays is not told: a reader knows the half-life.
"""

from app.core.graph.ageing import expire
from app.core.graph.edges import observe
from app.core.graph.pending import mark_loop, mark_node
from app.core.graph.view import GraphView

__all__ = ["GraphView", "expire", "mark_loop", "mark_node", "observe"]
