"""The sidecar: `ringfence sidecar`, or any ASGI server with `api.main:create_app` as a factory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from confluent_kafka import OFFSET_BEGINNING
from fastapi import FastAPI
from starlette.routing import Route

from api.access import Access, refuse_exposure
from api.doors.authz import Authorizer
from api.doors.book import Book
from api.doors.condition import condition
from api.doors.envoy_grpc import EnvoyGrpc, serving
from api.doors.envoy_http import EnvoyHttp
from api.doors.routes import doors
from api.doors.ruling import Porter
from api.health import Following, health
from api.problem import tell_problems
from api.raw_path import RawPath
from app.bus.connection import confluent
from app.bus.follower import Follower
from app.settings import Settings, SidecarSettings
from app.topics import ENFORCEMENT, PROGRESS

ENVOY_PATH = "/envoy/authz{path:path}"

log = structlog.get_logger()


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the sidecar's app, which follows the committed topics while it runs."""
    settings = settings or Settings()
    book = Book()
    follower = Follower(
        confluent(settings.kafka),
        {ENFORCEMENT.name: OFFSET_BEGINNING, PROGRESS.name: OFFSET_BEGINNING},
        book.tell,
        lost=lambda why: log.warning("a door has lost Kafka", reason=why),
        begun=book.states.begin,
        reached=book.states.end,
        between=lambda: setattr(book, "partitions", follower.partitions[ENFORCEMENT.name]),
    )
    return assemble(settings.sidecar, book, follower)


def assemble(settings: SidecarSettings, book: Book, follower: Following) -> FastAPI:
    """Return the app around a book and whoever tells it.

    Its ports open once it has read what was decided before, so that a restart lets nobody slip through. Raises
    ExposedError where anybody could ask.
    """
    refuse_exposure(settings)
    access = Access(settings)
    started = follower.caught_up
    porter = Porter(book, settings, lambda: follower.current)
    authorizer = Authorizer(porter, settings)

    @asynccontextmanager
    async def following(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.enter_context(follower)
            await asyncio.to_thread(started.wait, settings.read_within_s)
            if settings.grpc_port is not None:
                host = f"[{settings.host}]" if ":" in settings.host else settings.host
                door = EnvoyGrpc(authorizer, access)
                await stack.enter_async_context(serving(f"{host}:{settings.grpc_port}", door, started.is_set))
            yield

    app = FastAPI(title="Ringfence", summary="The doors of a fleet of autonomous agents.", lifespan=following)
    app.add_middleware(RawPath)
    tell_problems(app)
    app.include_router(doors(porter, access, lambda: condition(book, settings, ready=follower.current)))
    app.include_router(health(follower, book))
    app.router.routes.append(Route(ENVOY_PATH, EnvoyHttp(authorizer, access)))
    return app
