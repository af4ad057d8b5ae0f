"""Where the fold meets the streaming layer: the outputs of a partition's records as records to append."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import structlog

from app.bus.issuer import Issuer
from app.core.clock import waits
from app.core.commands import Tick
from app.core.errors import StoreError, UnsupportedEngineError
from app.core.outputs import Emitted, Step
from app.core.partitioner import home
from app.core.skips import SignedSkip
from app.core.state import State
from app.core.step import step
from app.events import Header, Progress
from app.moment import now_ms
from app.record import LogRecord
from app.streaming.errors import FoldUnavailableError
from app.streaming.fold import Output, Store, Writes
from app.topics import ALERTS, DEAD_LETTERS, DECISIONS, ENFORCEMENT, GRAPH, PROGRESS, RAW

log = structlog.get_logger(__name__)

_TOPICS = {
    "decisions": DECISIONS.name,
    "alerts": ALERTS.name,
    "enforcement": ENFORCEMENT.name,
    "cycles": GRAPH.name,
    "graph": GRAPH.name,
    "dead-letters": DEAD_LETTERS.name,
}


class Worker(NamedTuple):
    """What a worker says of itself, and signs with."""

    address: str
    """Of its web server, host:port."""
    issuer: Issuer


class WorkerFold:
    """The fold of one partition, as the streaming layer drives it."""

    def __init__(
        self, partition: int, stores: Mapping[str, Store], skips: Sequence[SignedSkip], worker: Worker
    ) -> None:
        self.state = State(partition, stores, skips=skips)
        self._worker = worker
        self._folded = False
        self._warned = False

    @property
    def next_offset(self) -> int:
        """The first offset not folded yet."""
        return self.state.partition.next_offset

    def fold(self, records: Sequence[LogRecord]) -> Sequence[Output]:
        """Fold records and collect what to append. Raises FoldUnavailableError."""
        outputs: list[Output] = []
        now = now_ms()
        for record in records:
            done = self._step(record)
            link = (Header.CHAIN, done.link.hex().encode())
            outputs += [self._output(emitted, record, link, now) for emitted in done.outputs]
        self._folded = True
        return outputs

    def flush(self) -> Writes:
        """The entries changed since the last flush."""
        return self.state.flush()

    def _step(self, record: LogRecord) -> Step:
        try:
            return step(self.state, record)
        except (StoreError, UnsupportedEngineError) as error:
            raise FoldUnavailableError(f"{error} (partition {record.partition}, offset {record.offset})") from error

    def heartbeat(self, caught_up: int | None) -> Sequence[Output]:
        """Say how far this partition is; where time alone would change something, append a tick."""
        now = now_ms()
        outputs = [self._progress(now, caught_up)]
        if not self._folded:
            outputs += self._when_idle(now)
        self._folded = False
        return outputs

    def _when_idle(self, now: int) -> list[Output]:
        if not self._enrolled:
            self._warn_once()
            return []
        return [self._tick()] if waits(self.state, now) else []

    def _output(self, emitted: Emitted, record: LogRecord, link: tuple[str, bytes], now: int) -> Output:
        if emitted.channel == "forward":
            return self._copy(emitted, record)
        if emitted.channel == "forgotten":
            headers = [link, (Header.FORGOTTEN, emitted.value)]
            return Output(ENFORCEMENT.name, record.partition, emitted.key, None, headers)
        headers = [link]
        if emitted.channel == "decisions":
            headers.append((Header.LATENCY, b"%d" % max(0, now - record.timestamp)))
        return Output(_TOPICS[emitted.channel], record.partition, emitted.key, emitted.value, headers)

    def _copy(self, emitted: Emitted, record: LogRecord) -> Output:
        partitions = self.state.partition.partitions
        assert partitions is not None
        target = home(emitted.key.decode(), partitions)
        kept = [(name, value) for name, value in record.headers if name not in {Header.ORIGIN, Header.SIGNATURE}]
        headers = [*kept, *self._worker.issuer.sign_copy(record, "forward", target)]
        return Output(RAW.name, target, emitted.key, emitted.value, headers, record.timestamp)

    def _progress(self, now: int, caught_up: int | None) -> Output:
        partition, number = self.state.partition, self.state.number
        progress = Progress(
            number,
            partition.next_offset,
            partition.clock,
            partition.engine_version,
            self._worker.address,
            now,
            caught_up,
        )
        return Output(PROGRESS.name, number, b"%d" % number, msgspec.json.encode(progress))

    @property
    def _enrolled(self) -> bool:
        known = self.state.partition.keys.get(self._worker.issuer.name)
        return known is not None and known.public_key == self._worker.issuer.public_key

    def _warn_once(self) -> None:
        if not self._warned and not self.state.fresh:
            log.warning(
                "this worker's key may not sign: misplaced records become dead letters, and time waits for messages",
                partition=self.state.number,
                help="ringfence key enroll-worker",
            )
        self._warned = not self.state.fresh

    def _tick(self) -> Output:
        value, headers = self._worker.issuer.sign(Tick(partition=self.state.number))
        return Output(RAW.name, self.state.number, None, value, headers)
