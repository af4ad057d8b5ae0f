"""When a part that ended is started again."""

STABLE_S = 30.0
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 5.0
CRASHING = 5


class Restarts:
    """Waits longer after each early end, from `FIRST_WAIT_S` to `LONGEST_WAIT_S`; a run of `STABLE_S` forgives.

    >>> restarts = Restarts()
    >>> [restarts.ended(started_s=0, now_s=1) - 1 for _ in range(6)]
    [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    >>> restarts.crashing
    True
    >>> restarts.ended(started_s=0, now_s=STABLE_S) - STABLE_S, restarts.crashing
    (0.5, False)
    """

    def __init__(self) -> None:
        self.early_ends = 0

    @property
    def crashing(self) -> bool:
        """Whether it keeps ending early: a person should look."""
        return self.early_ends >= CRASHING

    def ended(self, started_s: float, now_s: float) -> float:
        """Note an end, and return when to start again. All times in seconds of one clock."""
        self.early_ends = 1 if now_s - started_s >= STABLE_S else self.early_ends + 1
        return now_s + min(FIRST_WAIT_S * 2.0 ** (self.early_ends - 1), LONGEST_WAIT_S)
