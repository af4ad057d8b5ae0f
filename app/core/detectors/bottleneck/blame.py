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

    >>> suspects([Trouble("db", 0, own=0.0, wire=8.0, callers=(("web", 1), ("jobs", 3)), reason="slow", evidence=(1,))])
    [('db', 8.0), ('jobs', 4.5), ('web', 1.5)]
    """
    against: dict[str, float] = {}
    for trouble in troubles:
        against[trouble.callee] = against.get(trouble.callee, 0.0) + trouble.own + trouble.wire
        slow = sum(times for _, times in trouble.callers)
        for caller, times in trouble.callers:
            if times:
                against[caller] = against.get(caller, 0.0) + CALLER_SHARE * trouble.wire * times / slow
    return sorted(against.items(), key=lambda suspect: (-suspect[1], suspect[0]))
