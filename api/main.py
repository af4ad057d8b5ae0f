"""The sidecar: `ringfence sidecar`, or any ASGI server with `api.main:create_app` as a factory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from confluent_kafka import OFFSET_BEGINNING
from fastapi import FastAPI, Response

from api.doors.book import Book
from api.doors.routes import doors
from api.doors.ruling import Porter
from app.bus.connection import confluent
from app.bus.follower import Follower
from app.settings import Settings
from app.topics import ENFORCEMENT, PROGRESS


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the sidecar's app, which follows the committed topics while it runs."""
    settings = settings or Settings()
    book = Book()
    porter = Porter(book, settings.sidecar)
    follower = Follower(
        confluent(settings.kafka),
        {ENFORCEMENT.name: OFFSET_BEGINNING, PROGRESS.name: OFFSET_BEGINNING},
        book.tell,
        between=lambda: setattr(porter, "partitions", follower.partitions[ENFORCEMENT.name]),
    )

    @asynccontextmanager
    async def following(_: FastAPI) -> AsyncIterator[None]:
        with follower:
            yield

    app = FastAPI(title="Ringfence", summary="The doors of a fleet of autonomous agents.", lifespan=following)
    app.include_router(doors(porter, settings.sidecar))

    @app.get("/livez", tags=["health"])
    def live() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"])
    def ready(response: Response) -> dict[str, str | int]:
        """Say whether the door has read all that there was when it started."""
        if not follower.caught_up.is_set():
            response.status_code = 503
            return {"status": "reading", "contained": len(book)}
        return {"status": "ok", "contained": len(book)}

    return app
