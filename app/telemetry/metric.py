"""A metric, and one value of it."""

from typing import Literal, NamedTuple

from msgspec import Struct

Kind = Literal["count", "gauge", "distribution"]
"""What happened since the last report, what is so now, or values whose spread counts."""


class Metric(Struct, frozen=True):
    """One line of the table of metrics.

    >>> queue = Metric("queue.length", "gauge", "message", ("fleet",), "Messages that wait.")
    >>> queue.sample(3, fleet="sales").tags
    ('fleet:sales',)
    """

    name: str
    kind: Kind
    unit: str
    """Of the values: in the singular, as Datadog names units."""
    tags: tuple[str, ...]
    """Every sample has all of them; each takes a bounded number of values."""
    help: str

    def sample(self, value: float = 1.0, **tags: str) -> "Sample":
        """One value. Raises KeyError where a tag of the metric is missing."""
        assert len(tags) == len(self.tags), f"{self.name} has the tags {self.tags}"
        return Sample(self, value, tuple(f"{tag}:{tags[tag]}" for tag in self.tags))


class Sample(NamedTuple):
    """One value of a metric; `tags` are `name:value`, in the metric's order."""

    metric: Metric
    value: float
    tags: tuple[str, ...]
