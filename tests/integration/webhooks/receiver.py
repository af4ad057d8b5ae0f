"""A real HTTP server that takes webhooks, or hangs, fails and refuses, and checks every signature."""

import asyncio
from collections.abc import Mapping
from typing import Literal, Self

from aiohttp import web
from standardwebhooks import Webhook

from app.embedded.ports import HOST, free_port

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
Mood = Literal["take", "thank", "babble", "linger", "hang", "fail", "refuse", "busy", "redirect", "mislead"]
_ANSWERS: Mapping[Mood, int] = {"thank": 1_000, "babble": 10_000_000, "linger": 1}
"""Moods that take an event and say so in so many bytes; one that lingers never ends."""
_STATUS: Mapping[Mood, int] = {"take": 204, "fail": 500, "refuse": 400, "busy": 429, "redirect": 307, "mislead": 302}
_HEADERS: Mapping[Mood, Mapping[str, str]] = {
    "take": {"set-cookie": "seen=yes"},
    "busy": {"retry-after": "0"},
    "redirect": {"location": "/elsewhere"},
    "mislead": {"location": "http://no:port/"},
}


class Receiver:
    """Takes events by its mood, by the mood that an event of one id is met with, or by a course of moods of it."""

    def __init__(self, secret: str = SECRET) -> None:
        self.port = free_port()
        self.mood: Mood = "take"
        self.against: dict[str, Mood] = {}
        self.courses: dict[str, list[Mood]] = {}
        self.taken: list[str] = []
        self.asked: list[str] = []
        self.bodies: dict[str, object] = {}
        self.cookies: dict[str, str] = {}
        """Those that came."""
        self.connections: set[object] = set()
        self.asked_again = asyncio.Event()
        self._webhook = Webhook(secret)
        self._hanging = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/hook"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._hanging.set()
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        body = self._webhook.verify(await request.read(), dict(request.headers))
        event = request.headers["webhook-id"]
        self.asked.append(event)
        assert request.transport is not None
        self.connections.add(request.transport.get_extra_info("peername"))
        self.cookies.update(request.cookies)
        self.asked_again.set()
        course = self.courses.get(event)
        mood = course.pop(0) if course else self.against.get(event, self.mood)
        if mood == "hang":
            await self._hanging.wait()
        elif mood == "take" or mood in _ANSWERS:
            self.taken.append(event)
            self.bodies[event] = body
        if mood in _ANSWERS:
            return await self._answer(request, mood)
        return web.Response(status=_STATUS.get(mood, 503), headers=_HEADERS.get(mood, {}))

    async def _answer(self, request: web.Request, mood: Mood) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x" * _ANSWERS[mood])
        if mood == "linger":
            await self._hanging.wait()
        return response
