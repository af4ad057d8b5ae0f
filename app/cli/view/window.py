"""What happened in the last seconds: counts and quantiles over a sliding window of the wall clock."""

from collections import deque

WINDOW_S = 10.0
MAX_SAMPLES = 5_000


class Rate:
    """Events a second over the last ten seconds, or since the first one if that is later.

    >>> rate = Rate()
    >>> for second in range(5):
    ...     rate.add(second, count=20)
    >>> rate.per_second(now=5)
    20.0
    """

    def __init__(self) -> None:
        self._counts: deque[tuple[int, int]] = deque()
        self._since: float | None = None

    def add(self, now: float, count: int = 1) -> None:
        """Count events at a time in seconds that never falls."""
        if self._since is None:
            self._since = now
        second = int(now)
        if self._counts and self._counts[-1][0] == second:
            count += self._counts.pop()[1]
        self._counts.append((second, count))

    def per_second(self, now: float) -> float:
        """The mean over the window that ends now."""
        while self._counts and self._counts[0][0] < now - WINDOW_S:
            self._counts.popleft()
        if self._since is None:
            return 0.0
        return sum(count for _, count in self._counts) / min(WINDOW_S, max(1.0, now - self._since))


class Quantiles:
    """Quantiles of the last ten seconds' samples, of the newest 5,000 at most.

    >>> latencies = Quantiles()
    >>> for sample in (12.0, 40.0, 9.0):
    ...     latencies.add(1.0, sample)
    >>> latencies.at(0.5, now=2.0), latencies.at(0.99, now=2.0), latencies.at(0.5, now=60.0)
    (12.0, 40.0, None)
    """

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float]] = deque(maxlen=MAX_SAMPLES)

    def add(self, now: float, sample: float) -> None:
        """Add a sample taken at a time in seconds that never falls."""
        self._samples.append((now, sample))

    def at(self, share: float, now: float) -> float | None:
        """The sample that this share (0..1) of the samples is at or below; None without samples."""
        recent = sorted(sample for time, sample in self._samples if time >= now - WINDOW_S)
        return recent[min(len(recent) - 1, int(share * len(recent)))] if recent else None
