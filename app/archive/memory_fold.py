"""A fold of one partition in memory: the worker's state over plain dicts."""

from collections.abc import Sequence

from app.core.outputs import Step
from app.core.policy import BUILT_IN, Policy
from app.core.skips import SignedSkip
from app.core.state import TABLES, State
from app.core.step import step
from app.record import LogRecord

FLUSH_EVERY = 20_000


class MemoryFold:
    """Folds records one after the other.

    Parameters: `number`, the partition; `plain`, whether positions are line numbers; `flush_every`, after
    how many records what has changed moves into `tables` (encoded keys and entries, by table).

    >>> from app.archive.plain import LineRecord
    >>> fold = MemoryFold(plain=True)
    >>> record = LineRecord(0, b'{"agent_id": "a", "message_type": "status"}')
    >>> [output.channel for output in fold.fold(record).outputs]
    ['decisions']
    >>> fold.flush(); list(fold.tables["agents"])
    [b'["default","a"]']
    """

    def __init__(
        self,
        number: int = 0,
        policy: Policy = BUILT_IN,
        skips: Sequence[SignedSkip] = (),
        *,
        plain: bool = False,
        flush_every: int = FLUSH_EVERY,
    ) -> None:
        self.tables: dict[str, dict[bytes, bytes]] = {name: {} for name in TABLES}
        self.state = State(number, self.tables, plain=plain, policy=policy, skips=skips)
        self._flush_every = flush_every
        self._unflushed = 0

    def fold(self, record: LogRecord) -> Step:
        """Fold one record."""
        self._unflushed += 1
        if self._unflushed == self._flush_every:
            self.flush()
        return step(self.state, record)

    def flush(self) -> None:
        """Move what has changed into the tables."""
        self._unflushed = 0
        for name, writes in self.state.flush().items():
            table = self.tables[name]
            for key, value in writes:
                if value is None:
                    table.pop(key, None)
                else:
                    table[key] = value
