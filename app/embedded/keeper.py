"""Keeping one part running."""

import time
from typing import Protocol

import structlog

from app.embedded.errors import EmbeddedError
from app.embedded.restarts import Restarts

log = structlog.get_logger()


class Service(Protocol):
    """What can be kept running."""

    @property
    def pid(self) -> int | None: ...
    @property
    def running(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Keeper:
    """Starts a service, and starts it again after it has ended by itself.

    Args:
        name: what messages call it.
        service: not started yet.
        web: URL of its web server, if it has one.

    """

    def __init__(self, name: str, service: Service, web: str | None = None) -> None:
        self.name = name
        self.service = service
        self.web = web
        self._restarts = Restarts()
        self._started_s = 0.0
        self._due_s: float | None = None

    def start(self) -> None:
        """Start it; errors are the service's."""
        self._started_s = time.monotonic()
        self._due_s = None
        self.service.start()

    def tend(self) -> bool:
        """Look once; returns whether it was started again."""
        if self.service.running:
            return False
        now = time.monotonic()
        if self._due_s is None:
            self._due_s = self._note_end(now)
        return now >= self._due_s and self._start_again()

    def _start_again(self) -> bool:
        try:
            self.start()
        except EmbeddedError as error:
            log.warning("cannot be started again", part=self.name, reason=str(error))
            return False
        log.info("started again", part=self.name, pid=self.service.pid)
        return True

    def _note_end(self, now: float) -> float:
        due = self._restarts.ended(self._started_s, now)
        say = log.error if self._restarts.crashing else log.warning
        what = "keeps ending: its log says why" if self._restarts.crashing else "ended by itself"
        say(what, part=self.name, next_start_in_s=round(due - now, 1))
        return due
