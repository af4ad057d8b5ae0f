"""Every topic, in one place: partitions, retention, cleanup.

>>> RAW.name, RAW.config["message.timestamp.after.max.ms"]
('agent-messages-raw', '60000')
>>> [topic.name for topic in TOPICS if topic.config["cleanup.policy"] == "compact"]
['agent-enforcement-state', 'fold-progress', 'fold-skips']
"""

from collections.abc import Mapping

import msgspec

DAY_MS = 24 * 60 * 60 * 1000
FOREVER = -1
MAX_RAW_BYTES = 16 * 1024 * 1024
MAX_OUTPUT_BYTES = 1024 * 1024


class Topic(msgspec.Struct, frozen=True):
    """A declared topic. `partitions` is None where it follows the setting `partitions`."""

    name: str
    config: Mapping[str, str]
    partitions: int | None = None


def _stream(name: str, *, retention_ms: int, max_bytes: int = MAX_OUTPUT_BYTES, **config: str) -> Topic:
    return Topic(
        name,
        {
            "cleanup.policy": "delete",
            "retention.ms": str(retention_ms),
            "max.message.bytes": str(max_bytes),
            **{option.replace("_", "."): value for option, value in config.items()},
        },
    )


def _compacted(name: str, *, partitions: int | None = None) -> Topic:
    """A topic that keeps the last value of each key; deletions stay readable for a week."""
    return Topic(
        name,
        {
            "cleanup.policy": "compact",
            "delete.retention.ms": str(7 * DAY_MS),
            "max.message.bytes": str(MAX_OUTPUT_BYTES),
        },
        partitions,
    )


def changelog(app_id: str, table: str) -> Topic:
    """The changelog of a table of the worker."""
    return _compacted(f"{app_id}-{table}-changelog")


RAW = _stream(
    "agent-messages-raw",
    retention_ms=FOREVER,
    max_bytes=MAX_RAW_BYTES,
    message_timestamp_type="CreateTime",
    message_timestamp_after_max_ms="60000",
)
DECISIONS = _stream("agent-decisions-processed", retention_ms=90 * DAY_MS)
ALERTS = _stream("system-alerts", retention_ms=365 * DAY_MS)
GRAPH = _stream("causal-graph-updates", retention_ms=7 * DAY_MS)
METRICS = _stream("analytics-metrics", retention_ms=30 * DAY_MS)
ENFORCEMENT = _compacted("agent-enforcement-state")
DEAD_LETTERS = _stream("agent-messages-dead-letter", retention_ms=FOREVER)
PROGRESS = _compacted("fold-progress")
SKIPS = _compacted("fold-skips", partitions=1)

TOPICS = (RAW, DECISIONS, ALERTS, GRAPH, METRICS, ENFORCEMENT, DEAD_LETTERS, PROGRESS, SKIPS)

WEBHOOK_LETTERS = Topic(
    "webhook-dead-letters",
    _stream("webhook-dead-letters", retention_ms=FOREVER).config,
    partitions=1,
)
"""Events that an endpoint would not have; the sinks declare it, and `ringfence repartition` leaves it alone."""
