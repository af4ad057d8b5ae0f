"""Metrics on their way to the Datadog agent, over DogStatsD: batched, and never in the way of the caller."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from datadog.dogstatsd.base import DogStatsd

from app.telemetry.metric import Kind, Sample

FLUSH_S = 10.0
"""The agent itself reports every ten seconds."""
SAMPLES = 1000
"""Of a distribution with the same tags, so many are kept between two reports, drawn at random; the rate is told."""
SEND_S = 1.0
"""An agent that has not taken a packet by then is given up for this one."""
PACKETS = 1000
"""Waiting for an agent that does not listen; what comes then is dropped, and counted."""


def connect(url: str, tags: Sequence[str] = ()) -> DogStatsd:
    """The package's client: it adds up, packs and sends in threads of its own. `tags` go on every metric.

    >>> connect("unix:///run/datadog/dsd.socket").socket_path
    'unix:///run/datadog/dsd.socket'
    """
    address = urlsplit(url)
    unix = address.scheme == "unix"
    return DogStatsd(
        host=None if unix else address.hostname,
        port=None if unix else address.port,
        socket_path=url if unix else None,
        constant_tags=["service:ringfence", *tags],
        disable_buffering=False,
        disable_aggregation=False,
        flush_interval=FLUSH_S,
        max_metric_samples_per_context=SAMPLES,
        disable_background_sender=False,
        sender_queue_size=PACKETS,
        socket_timeout=SEND_S,
    )


class Metrics:
    """A meter that adds samples up and reports them, every FLUSH_S, with every flush, and at the end.

    An agent that is away costs metrics, never time: packets wait for ten seconds, then they are dropped.
    """

    def __init__(self, statsd: DogStatsd) -> None:
        self._statsd = statsd
        self._send: dict[Kind, Callable[[str, float, list[str]], None]] = {
            "count": statsd.increment,
            "gauge": statsd.gauge,
            "distribution": statsd.distribution,
        }

    def send(self, sample: Sample) -> None:
        """Add one value."""
        self._send[sample.metric.kind](sample.metric.name, sample.value, list(sample.tags))

    def flush(self) -> None:
        """Report now."""
        self._statsd.flush_aggregated_metrics()
        self._statsd.flush_buffered_metrics()

    @property
    def dropped(self) -> int:
        """Packets that no agent took, so far."""
        return self._statsd.packets_dropped

    def close(self, timeout_s: float = 5.0) -> None:
        """Report a last time, and wait at most so long for the agent to take it."""
        self.flush()
        self._statsd.stop(timeout_s)
