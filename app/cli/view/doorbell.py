"""Asks doors how they are, once a second, each in a thread of its own: one that hangs keeps nobody waiting."""

import threading
from collections.abc import Callable, Sequence
from typing import Self

from app.bus.door import Door, DoorError
from app.cli.view.updates import DoorSeen

EVERY_S = 1.0
TIMEOUT_S = 2.0


class Doorbell:
    """Hands what each door says of itself to `tell` until it is stopped.

    Raises DoorError where an address is none. `token` is one of theirs, where they want one.
    """

    def __init__(self, urls: Sequence[str], token: str | None, tell: Callable[[DoorSeen], None]) -> None:
        self._tell = tell
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._ring, args=(url, Door(url, token, timeout_s=TIMEOUT_S)), daemon=True)
            for url in urls
        ]

    def __enter__(self) -> Self:
        """Start to ask."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop; who hangs is left to time out."""
        self._stopping.set()

    def _ring(self, url: str, door: Door) -> None:
        with door:
            while not self._stopping.wait(EVERY_S):
                try:
                    self._tell(DoorSeen(url, door.condition()))
                except DoorError as error:
                    self._tell(DoorSeen(url, trouble=str(error)))
