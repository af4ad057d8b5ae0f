"""Whether the sidecar lives and is ready; open to everybody, because it says nothing else."""

from contextlib import AbstractContextManager
from threading import Event
from typing import Protocol

from fastapi import APIRouter, Response

from api.doors.book import Book


class Following(AbstractContextManager["Following"], Protocol):
    """Whoever keeps a book up to date while it is entered."""

    caught_up: Event

    @property
    def alive(self) -> bool: ...

    @property
    def current(self) -> bool: ...


def health(follower: Following, book: Book) -> APIRouter:
    """The routes of the probes."""
    router = APIRouter(tags=["health"])

    @router.get("/livez")
    async def live(response: Response) -> dict[str, str]:
        """Say whether the process answers and still follows Kafka; if not, it has to be started again."""
        if not follower.alive:
            response.status_code = 503
            return {"status": "has stopped to follow: its log says why"}
        return {"status": "ok"}

    @router.get("/readyz")
    async def ready(response: Response) -> dict[str, str | int]:
        """Say whether the door has read all that there was when it started."""
        if not follower.caught_up.is_set():
            response.status_code = 503
            return {"status": "reading", "contained": len(book.states)}
        return {"status": "ok", "contained": len(book.states)}

    return router
