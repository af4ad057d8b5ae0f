"""Books for the tests of the doors, and a sidecar around one."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import NamedTuple, Self

import uvicorn

from api.doors.book import Book
from api.main import assemble
from app.events import EnforcementState, LogPosition, Mode, Progress, Restraint, Transition
from app.settings import SidecarSettings

PARTITIONS = 8
AT = LogPosition(0, 7)


class Record(NamedTuple):
    """What a door reads of a record."""

    name: str
    content: bytes | None
    about: bytes | None = None
    place: int = 0
    marks: tuple[tuple[str, bytes], ...] = ()

    def topic(self) -> str:
        return self.name

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self.place

    def value(self) -> bytes | None:
        return self.content

    def key(self) -> bytes | None:
        return self.about

    def headers(self) -> list[tuple[str, bytes]] | None:
        return list(self.marks) or None


def transition(
    state: EnforcementState = "quarantined",
    mode: Mode = "enforce",
    epoch: int = 1,
    *,
    agent: str = "bob",
    restraint: Restraint | None = None,
) -> Transition:
    return Transition(
        fleet="north",
        agent_id=agent,
        state=state,
        previous="trusted",
        act="quarantine",
        epoch=epoch,
        time=1_000,
        reason="trust 12.0 is under 30",
        actor="ringfence",
        mode=mode,
        evidence=(AT,),
        expires_at=None,
        policy_version=0,
        position=AT,
        restraint=restraint,
    )


def alive(partition: int, time: int, *, behind_ms: int | None = 0) -> Progress:
    """What a fold says that has the whole log, or is behind it, or does not know (None)."""
    caught_up = None if behind_ms is None else time - behind_ms
    return Progress(partition, 1, clock=0, engine_version=1, worker="127.0.0.1:1", time=time, caught_up=caught_up)


def book_of(*transitions: Transition, fresh: bool = True) -> Book:
    """A book whose folds were heard of just now, or in 1970."""
    book = Book()
    book.partitions = PARTITIONS
    for each in transitions:
        book.states.note(each)
    for partition in range(PARTITIONS):
        book.note_progress(alive(partition, int(time.time() * 1000) if fresh else 0), offset=0)
    return book


class Told:
    """Follows nothing: its book is written by the test."""

    def __init__(self) -> None:
        self.caught_up = Event()
        self.caught_up.set()
        self.alive = True
        self.behind = False

    @property
    def current(self) -> bool:
        return self.caught_up.is_set() and not self.behind

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to stop."""


@contextmanager
def sidecar(book: Book, follower: Told | None = None, **settings: object) -> Iterator[int]:
    """The port of a sidecar that serves while the context lasts."""
    app = assemble(SidecarSettings.model_validate(settings), book, follower or Told())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
