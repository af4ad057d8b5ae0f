"""What the streaming layer asks of the computation it drives: a fold over one partition.

The layer moves batches, transactions and tables; it knows nothing of what is computed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from app.record import Headers, LogRecord


class Output(NamedTuple):
    """A record to append in the transaction of the batch that caused it."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    timestamp: int | None = None
    """CreateTime in milliseconds; None stamps the time of the append."""


Writes = Mapping[str, Sequence[tuple[bytes, bytes | None]]]
"""Table entries by table name; None deletes."""


class Store(Protocol):
    """The durable entries of one table in one partition, as of the last commit."""

    def get(self, key: bytes) -> bytes | None: ...
    def items(self) -> Iterator[tuple[bytes, bytes]]: ...


class PartitionFold(Protocol):
    """The fold of one partition. Made after recovery, dropped at revocation; never shared.

    What is returned up to a `flush`, that included, is committed whole before the next call, or the process ends.
    """

    @property
    def next_offset(self) -> int:
        """The first offset of the input not folded yet."""

    def fold(self, records: Sequence[LogRecord]) -> Sequence[Output]:
        """Fold records; what to append.

        Raises FoldUnavailableError where it cannot go on although no record is to blame. Whatever else ends
        the process in here, three times at the same record, condemns that record.
        """
        ...

    def heartbeat(self, caught_up: int | None) -> Sequence[Output]:
        """Called at least once a second, idle or not: what to append beside the batches.

        `caught_up` is the latest time (wall clock, ms) at which all that the log then held was folded; None where it
        has not been known since the fold was made.
        """
        ...

    def flush(self) -> Writes:
        """The entries that have changed since the last flush."""


class OpenFold(Protocol):
    """Opens the fold of a partition over its recovered tables."""

    def __call__(self, partition: int, stores: Mapping[str, Store]) -> PartitionFold: ...
