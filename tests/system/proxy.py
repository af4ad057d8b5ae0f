"""A TCP proxy before something outside, which can be slow, hang, or be gone."""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Literal, Self, TypeVar

from app.embedded.ports import HOST

Mood = Literal["pass", "slow", "hang", "refuse"]
SLOW_S = 0.5
_CHUNK = 65_536

T = TypeVar("T")


class Proxy:
    """Carries bytes to and from a port of this machine, by its mood; as a context manager, in a thread of its own.

    slow: all comes half a second late; hang: connections stand and carry nothing; refuse: they are cut, new ones too.
    """

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._mood: Mood = "pass"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._flowing = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> Self:
        self._flowing.set()
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, HOST, 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def be(self, mood: Mood) -> None:
        """Take on a mood, for open connections too."""
        self._run(self._be(mood))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _be(self, mood: Mood) -> None:
        self._mood = mood
        if mood == "hang":
            self._flowing.clear()
        else:
            self._flowing.set()
        if mood == "refuse":
            self._cut()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mood == "refuse":
            writer.close()
            return
        there, back = await asyncio.open_connection(HOST, self._target)
        self._open |= {writer, back}
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        self._open -= {writer, back}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await self._flowing.wait()
                if self._mood == "slow":
                    await asyncio.sleep(SLOW_S)
                writer.write(chunk)
                await writer.drain()
        writer.close()

    async def _close(self) -> None:
        self._flowing.set()
        self._server.close()
        self._cut()
        await self._server.wait_closed()

    def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()
