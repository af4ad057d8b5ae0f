"""Whether a store on the disk may be continued, or must be rebuilt from the changelogs."""

from collections.abc import Mapping

from app.streaming.identity import Identity
from app.streaming.store import Origin


def why_stale(
    origin: Origin | None,
    identity: Identity,
    ends: Mapping[str, int],
    now_ms: int,
    max_age_ms: int,
) -> str | None:
    """Say why the store cannot be continued; None if it can.

    `ends` are the end offsets of the changelogs. A store older than `max_age_ms` may have missed deletions
    that compaction has removed since (`delete.retention.ms`), so expired entries would rise again.

    >>> why_stale(None, Identity("c", {}), {}, 0, 1)
    'new'
    >>> why_stale(Origin(Identity("a", {}), {}, 0), Identity("b", {}), {}, 0, 1)
    'of cluster a, not b'
    """
    if origin is None:
        return "new"
    if origin.identity.cluster != identity.cluster:
        return f"of cluster {origin.identity.cluster}, not {identity.cluster}"
    if now_ms - origin.time_ms > max_age_ms:
        return f"not written for {(now_ms - origin.time_ms) // 1000} s"
    return _stale_topic(origin, identity, ends)


def _stale_topic(origin: Origin, identity: Identity, ends: Mapping[str, int]) -> str | None:
    for topic, position in origin.positions.items():
        if origin.identity.topics.get(topic) != identity.topics.get(topic):
            return f"built from another topic named {topic}"
        if position > ends.get(topic, 0):
            return f"at {position} of {topic}, which ends at {ends.get(topic, 0)}"
    return None
