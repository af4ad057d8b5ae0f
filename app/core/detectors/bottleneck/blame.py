"""Who the trouble starts from: of all agents next to the slow calls the one that explains most of them.

A slow callee explains its own time and the wires of the calls to it; a starved caller explains the wires of all its
calls at once. An upstream agent that only waits has no time of its own to show for it, so it is not blamed, as in
tracing back through a call graph to the most downstream anomaly (J. Lin, P. Chen, Z. Zheng, "Microscope: Pinpoint
performance issues with causal graphs in micro-service environments", ICSOC 2018).
"""

from collections.abc import Iterable

from app.core.entries import Trouble

CALLER_SHARE = 0.75
"""What a slow wire says against the caller, where it says 1 against the callee."""


def suspects(troubles: Iterable[Trouble]) -> list[tuple[str, float]]:
    """The agents next to slow calls with the evidence (nats) against each, the strongest first.

    >>> slow = Trouble("web", "db", "get", at=0, own=0.0, wire=9.0, reason="slow", offset=1)
    >>> suspects([slow, Trouble("jobs", "db", "put", at=0, own=0.0, wire=5.0, reason="slow", offset=2)])
    [('db', 14.0), ('web', 6.75), ('jobs', 3.75)]
    """
    against: dict[str, float] = {}
    for trouble in troubles:
        against[trouble.callee] = against.get(trouble.callee, 0.0) + trouble.own + trouble.wire
        against[trouble.caller] = against.get(trouble.caller, 0.0) + CALLER_SHARE * trouble.wire
    return sorted(against.items(), key=lambda suspect: (-suspect[1], suspect[0]))
