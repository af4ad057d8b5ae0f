"""A producer that notes where each record came to stand, and a steady load of them."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from time import monotonic
from types import TracebackType
from typing import NamedTuple, Self

from confluent_kafka import KafkaError, Message, Producer

from app.bus.connection import confluent
from app.bus.transport import quiet_logger
from app.settings import KafkaSettings
from app.topics import MAX_RAW_BYTES, RAW
from tests.system.post import Post

SLICE_S = 0.02


class Position(NamedTuple):
    """Where a record stands."""

    partition: int
    offset: int


Note = Callable[[Position], object]


class Sender:
    """Appends records to the raw topic, idempotently; patient while the broker is away."""

    def __init__(self, settings: KafkaSettings) -> None:
        config = {
            **confluent(settings), "enable.idempotence": True, "partitioner": "murmur2_random", "linger.ms": 5,
            "message.max.bytes": MAX_RAW_BYTES, "reconnect.backoff.max.ms": 500,
        }  # fmt: skip
        self._producer = Producer(config, logger=quiet_logger())
        self.ends: defaultdict[int, int] = defaultdict(int)
        """The offset behind the last record sent to each partition."""
        self.sent = 0
        self.errors: list[KafkaError] = []

    def send(self, posts: Iterable[Post]) -> list[Position]:
        """Append, wait, and say where each record stands, in the order given."""
        posts = list(posts)
        placed: dict[int, Position] = {}
        for number, post in enumerate(posts):
            self._append(post, partial(placed.setdefault, number))
        self.flush()
        return [placed[number] for number in range(len(posts))]

    def append(self, post: Post) -> None:
        """Append without waiting."""
        self._append(post, lambda _: None)

    def expect(self, position: Position) -> None:
        """Count a record as one to be decided; of another producer, too."""
        self.ends[position.partition] = max(self.ends[position.partition], position.offset + 1)

    def flush(self) -> None:
        """Wait until all stands on the log."""
        left = self._producer.flush(60)
        assert not left, f"{left} records not appended"
        assert not self.errors, self.errors[0]

    def _append(self, post: Post, note: Note) -> None:
        def delivered(error: KafkaError | None, message: Message) -> None:
            if error is not None:
                self.errors.append(error)
                return
            self.sent += 1
            position = Position(message.partition(), message.offset())
            self.expect(position)
            note(position)

        where = {} if post.partition is None else {"partition": post.partition}
        self._producer.produce(
            RAW.name, post.value, key=post.key, headers=list(post.headers), on_delivery=delivered, **where
        )
        self._producer.poll(0)


class SteadyLoad:
    """Appends so many records a second, from entering to leaving, in a thread of its own."""

    def __init__(self, sender: Sender, posts: Iterator[Post], rate: float) -> None:
        self.appended = 0
        self.seconds = 0.0
        """How long it has run."""
        self._sender = sender
        self._posts = posts
        self._rate = rate
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load")

    def run_for(self, seconds: float) -> bool:
        """Let the load run on for so long; it is what passes the time of a test."""
        return not self._stopping.wait(seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()
        if error is None:
            self._sender.flush()

    def _run(self) -> None:
        started = monotonic()
        while not self._stopping.wait(SLICE_S):
            self.seconds = monotonic() - started
            due = int(self.seconds * self._rate) - self.appended
            for post in islice(self._posts, due):
                self._sender.append(post)
            self.appended += due
