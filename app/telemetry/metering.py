"""From messages to whoever shows metrics."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Protocol

from app.telemetry.measurement import Measured, Measurement
from app.telemetry.metric import Sample

Send = Callable[[Sample], None]
"""Takes one value, whoever shows it."""


class Meter(Protocol):
    """Takes samples and shows what they add up to. Whoever looks at it, it keeps nobody waiting."""

    def send(self, sample: Sample) -> None:
        """Add one value."""

    def flush(self) -> None:
        """Take it that a report is whole: every gauge that still holds has been told since the last one."""

    def close(self) -> None:
        """Show what there is a last time; this may take seconds."""


class Metering:
    """Measures messages, once for all meters.

    Args:
        measurement: what a message is worth.
        meters: who shows it.

    """

    def __init__(self, measurement: Measurement, meters: Sequence[Meter]) -> None:
        self._measurement = measurement
        self._meters = meters

    def observe(self, message: Measured) -> None:
        """Add what a message on the topics says."""
        for sample in self._measurement.of(message):
            self.send(sample)

    def send(self, sample: Sample) -> None:
        """Add one value, of whatever is no message."""
        for meter in self._meters:
            meter.send(sample)

    def report(self, gauges: Iterable[Sample] = ()) -> None:
        """Tell all gauges: these, and those that follow from the messages."""
        for sample in chain(self._measurement.standing(), gauges):
            self.send(sample)
        for meter in self._meters:
            meter.flush()

    def close(self) -> None:
        """Report a last time; this may take seconds."""
        self.report()
        for meter in self._meters:
            meter.close()
