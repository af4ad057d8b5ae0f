"""Which of the messages handed to the broker are settled without a gap."""

from collections import deque


class Window:
    """Sequences in flight, in the order in which they were handed over.

    Partitions acknowledge at their own pace; a spool forgets only what lies below every open sequence.

    >>> window = Window()
    >>> for sequence in (4, 5, 6):
    ...     window.hand(sequence)
    >>> window.settle(5)
    >>> window.advance() is None, len(window)
    (True, 2)
    >>> window.settle(4)
    >>> window.advance(), len(window)
    (5, 1)
    """

    def __init__(self) -> None:
        self._order: deque[int] = deque()
        self._settled: set[int] = set()

    def __len__(self) -> int:
        """Sequences not settled yet."""
        return len(self._order) - len(self._settled)

    def hand(self, sequence: int) -> None:
        """Note a sequence as handed over; they rise."""
        self._order.append(sequence)

    def settle(self, sequence: int) -> None:
        """Note a sequence as acknowledged."""
        self._settled.add(sequence)

    def advance(self) -> int | None:
        """Forget the settled head and return its last sequence, or None where the first one is still open."""
        last = None
        while self._order and self._order[0] in self._settled:
            last = self._order.popleft()
            self._settled.remove(last)
        return last
