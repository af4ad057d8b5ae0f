"""Metrics on their way to the Datadog agent, over DogStatsD: batched, and never in the way of the caller."""

from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from datadog.dogstatsd.base import DogStatsd

from app.settings import DatadogSettings
from app.telemetry.measurement import Measured, Measurement
from app.telemetry.metric import Kind, Sample

FLUSH_S = 10.0
"""The agent itself reports every ten seconds."""
SAMPLES = 1000
"""Of a distribution with the same tags, so many are kept between two reports, drawn at random; the rate is told."""
SEND_S = 1.0
"""An agent that has not taken a packet by then is given up for this one."""
PACKETS = 1000
"""Waiting for an agent that does not listen; what comes then is dropped, and counted."""


def connect(settings: DatadogSettings) -> DogStatsd:
    """The package's client: it adds up, packs and sends in threads of its own.

    >>> connect(DatadogSettings(statsd="unix:///run/datadog/dsd.socket")).socket_path
    'unix:///run/datadog/dsd.socket'
    """
    address = urlsplit(settings.statsd)
    unix = address.scheme == "unix"
    return DogStatsd(
        host=None if unix else address.hostname,
        port=None if unix else address.port,
        socket_path=settings.statsd if unix else None,
        constant_tags=["service:ringfence", *settings.tags],
        disable_buffering=False,
        disable_aggregation=False,
        flush_interval=FLUSH_S,
        max_metric_samples_per_context=SAMPLES,
        disable_background_sender=False,
        sender_queue_size=PACKETS,
        socket_timeout=SEND_S,
    )


class Metrics:
    """Observes messages and reports what they add up to, every FLUSH_S and at the end; as a context manager.

    An agent that is away costs metrics, never time: packets wait for ten seconds, then they are dropped.
    """

    def __init__(self, statsd: DogStatsd, measurement: Measurement) -> None:
        self._statsd = statsd
        self._measurement = measurement
        self._send: dict[Kind, Callable[[str, float, list[str]], None]] = {
            "count": statsd.increment,
            "gauge": statsd.gauge,
            "distribution": statsd.distribution,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def observe(self, message: Measured) -> None:
        """Add what a message on the topics says."""
        for sample in self._measurement.of(message):
            self.send(sample)

    def send(self, sample: Sample) -> None:
        """Add one value, of whatever is no message: a lag, a breaker."""
        self._send[sample.metric.kind](sample.metric.name, sample.value, list(sample.tags))

    def flush(self) -> None:
        """Report now; the standing gauges only are reported by this, so call it every FLUSH_S or so."""
        for sample in self._measurement.standing():
            self.send(sample)
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
