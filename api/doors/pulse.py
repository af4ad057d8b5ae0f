"""Signs of life of a partition's fold."""

from typing import NamedTuple

from app.events import Progress


class Instant(NamedTuple):
    """Now, on two clocks: `wall_s` since the epoch, as workers stamp it, and `steady_s`, which nobody sets."""

    wall_s: float
    steady_s: float


class Pulse(NamedTuple):
    """The last sign of life: `offset` on the progress topic, `time` as the worker says it (ms), and when it was.

    A worker whose clock is ahead is as fresh as its last sign is; one whose clock is behind looks older than it is.

    >>> pulse = Pulse.of(Progress(0, 1, clock=0, engine_version=1, worker="", time=9_000), 5, Instant(9.5, 100.0))
    >>> pulse.age_s(Instant(0.0, 101.0))
    1.5
    """

    offset: int
    time: int
    steady_s: float

    @classmethod
    def of(cls, progress: Progress, offset: int, now: Instant) -> "Pulse":
        """A sign that has arrived now."""
        return cls(offset, progress.time, now.steady_s - max(0.0, now.wall_s - progress.time / 1000.0))

    def age_s(self, now: Instant) -> float:
        """Seconds since it was."""
        return max(0.0, now.steady_s - self.steady_s)

    def follows(self, known: "Pulse") -> bool:
        """Whether it is a later one: not when the topic is read again, but after a change of worker or of topic."""
        return self.offset > known.offset or self.time > known.time
