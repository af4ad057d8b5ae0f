"""The metrics as Prometheus reads them: the same table, with underscores for dots."""

from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from app.telemetry.metric import Metric, Sample
from app.telemetry.names import METRICS

T = TypeVar("T", Counter, Gauge, Histogram)


class Exposition:
    """Adds samples up since the process started; a gauge is what the last report has told, and no other.

    >>> from app.telemetry.names import DECISIONS
    >>> shown = Exposition()
    >>> shown.send(DECISIONS.sample(2, fleet="sales", kind="message", verdict="allow"))
    >>> [line for line in shown.text().decode().splitlines() if line.startswith("ringfence_decisions_total")]
    ['ringfence_decisions_total{fleet="sales",kind="message",verdict="allow"} 2.0']
    """

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # in the whole process: they double the series
        self._registry = CollectorRegistry()
        self._counters = {metric.name: self._counter(metric) for metric in METRICS if metric.kind == "count"}
        self._gauges = {metric.name: self._gauge(metric) for metric in METRICS if metric.kind == "gauge"}
        self._spreads = {metric.name: self._spread(metric) for metric in METRICS if metric.kind == "distribution"}
        self._shown: set[tuple[str, tuple[str, ...]]] = set()
        self._told: set[tuple[str, tuple[str, ...]]] = set()

    def send(self, sample: Sample) -> None:
        """Add one value."""
        name, labels = sample.metric.name, sample.labels
        match sample.metric.kind:
            case "count":
                _child(self._counters[name], labels).inc(sample.value)
            case "gauge":
                _child(self._gauges[name], labels).set(sample.value)
                self._told.add((name, labels))
            case "distribution":
                _child(self._spreads[name], labels).observe(sample.value)

    def flush(self) -> None:
        """Forget the gauges that have not been told since the last report."""
        for name, labels in self._shown - self._told:
            self._gauges[name].remove(*labels)
        self._shown, self._told = self._told, set()

    def close(self) -> None:
        """Nothing: who wants to know comes and reads."""

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(_name(metric), metric.help, metric.tags, registry=self._registry)

    def _gauge(self, metric: Metric) -> Gauge:
        return Gauge(_name(metric), metric.help, metric.tags, registry=self._registry)

    def _spread(self, metric: Metric) -> Histogram:
        return Histogram(_name(metric), metric.help, metric.tags, registry=self._registry, buckets=metric.buckets)


def _child(collector: T, labels: tuple[str, ...]) -> T:
    return collector.labels(*labels) if labels else collector


def _name(metric: Metric) -> str:
    return metric.name.replace(".", "_")
