"""What is read again: which records of a topic were read before the reader began anew."""


class Reread:
    """Tells old records from new ones while a topic is read from the beginning again.

    >>> reread = Reread()
    >>> [reread.is_new(0, offset) for offset in (0, 1)]
    [True, True]
    >>> reread.begin()
    >>> [reread.is_new(0, offset) for offset in (0, 1, 2)]
    [False, False, True]
    """

    def __init__(self) -> None:
        self._before: dict[int, int] = {}
        self._now: dict[int, int] = {}
        """The last offset read, by partition: before it began anew, and since."""

    def begin(self) -> None:
        """The topic is read from the beginning now; again, where an earlier such reading was broken off."""
        for partition, offset in self._now.items():
            self._before[partition] = max(offset, self._before.get(partition, -1))
        self._now = {}

    def end(self) -> None:
        """All has been read that there was: whatever comes is new."""
        self._before = {}

    def is_new(self, partition: int, offset: int) -> bool:
        """Whether this record, which is read now, was not read before."""
        self._now[partition] = offset
        return offset > self._before.get(partition, -1)
