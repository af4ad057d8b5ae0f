"""Shows a running system until someone has seen enough: live on a terminal, else in plain lines."""

import queue
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.live import Live

from app.bus.transport import ClientConfig
from app.cli.view.doorbell import Doorbell
from app.cli.view.feed import Feed
from app.cli.view.plain import news, numbers
from app.cli.view.screen import screen
from app.cli.view.state import ViewState
from app.cli.view.updates import Update

FRAME_S = 0.25
LINE_S = 5.0

Done = Callable[[], bool]


class Sources(NamedTuple):
    """Where a view gets what it shows from, and what it calls that.

    client: settings of a confluent_kafka client, with the brokers' addresses and credentials.
    doors: addresses of sidecars.
    """

    title: str
    client: ClientConfig
    doors: Sequence[str] = ()
    token: str | None = None


def follow(sources: Sources, state: ViewState, done: Done, console: Console) -> None:
    """Show what happens, and keep it in `state`, until `done` says so; it is asked four times a second."""
    updates: queue.SimpleQueue[Update] = queue.SimpleQueue()
    show = _on_terminal if console.is_terminal else _in_lines
    with Feed(sources.client, updates.put), Doorbell(sources.doors, sources.token, updates.put):
        show(state, updates, sources.title, console, done)


def _on_terminal(
    state: ViewState, updates: "queue.SimpleQueue[Update]", title: str, console: Console, done: Done
) -> None:
    with Live(console=console, screen=True, auto_refresh=False) as live:
        while not done():
            for update in _arrived(updates):
                state.apply(update, time.monotonic())
            width, height = console.size
            live.update(screen(state, title, time.monotonic(), width=width, height=height), refresh=True)


def _in_lines(state: ViewState, updates: "queue.SimpleQueue[Update]", title: str, console: Console, done: Done) -> None:
    console.print(title, highlight=False)
    next_line = time.monotonic() + LINE_S
    while not done():
        for update in _arrived(updates):
            line = news(state, update)
            state.apply(update, time.monotonic())
            if line:
                console.print(line, highlight=False, markup=False, soft_wrap=True)
        if time.monotonic() >= next_line:
            console.print(numbers(state, time.monotonic()), highlight=False, soft_wrap=True)
            next_line = time.monotonic() + LINE_S


def _arrived(updates: "queue.SimpleQueue[Update]") -> Iterator[Update]:
    """The updates of one frame: waits for its end, then gives what has come."""
    time.sleep(FRAME_S)
    for _ in range(updates.qsize()):
        yield updates.get()
