"""Signs of life of a partition's fold, and how much of the log it has decided."""

from typing import NamedTuple

from app.events import Progress


class Instant(NamedTuple):
    """Now, on two clocks: `wall_s` since the epoch, as workers stamp it, and `steady_s`, which nobody sets."""

    wall_s: float
    steady_s: float


class Pulse(NamedTuple):
    """The last sign of life: `offset` on the progress topic, `time` as the worker says it (ms).

    `steady_s` is when the fold last had the whole log, None where that is not known. A worker whose clock is ahead is
    as fresh as its last sign is; one whose clock is behind looks older than it is.

    >>> said = Progress(0, 1, clock=0, engine_version=1, worker="", time=9_000, caught_up=7_000)
    >>> Pulse.of(said, 5, Instant(9.5, 100.0)).age_s(Instant(0.0, 101.0))
    3.5
    """

    offset: int
    time: int
    steady_s: float | None

    @classmethod
    def of(cls, progress: Progress, offset: int, now: Instant) -> "Pulse":
        """A sign that has arrived now."""
        steady_s = None
        if progress.behind_s is not None:
            steady_s = now.steady_s - max(0.0, now.wall_s - progress.time / 1000.0) - progress.behind_s
        return cls(offset, progress.time, steady_s)

    def after(self, known: "Pulse") -> "Pulse":
        """The same with what is known: a worker that has yet to catch up makes nobody forget when the fold had."""
        return self if self.steady_s is not None else self._replace(steady_s=known.steady_s)

    def age_s(self, now: Instant) -> float | None:
        """Seconds since the fold had the whole log; None where it is not known to have had."""
        return None if self.steady_s is None else max(0.0, now.steady_s - self.steady_s)

    def follows(self, known: "Pulse") -> bool:
        """Whether it is a later one: not when the topic is read again, but after a change of worker or of topic."""
        return self.offset > known.offset or self.time > known.time
