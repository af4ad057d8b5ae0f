"""How many rulings a second a door gives, beside handlers that rule nothing, on the same servers."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import grpc

from api.doors.wire.ext_authz_pb2 import AttributeContext, CheckRequest
from app.embedded.ports import HOST, free_port
from app.embedded.process import Process
from tests.benchmarks.contestant import MODULES, ROOT
from tests.benchmarks.running import CpuMeter, wait_for
from tests.benchmarks.throughput import Throughput

AGENTS, FLEET = 1_000, "north"
SERVICE = "envoy.service.auth.v3.Authorization"
AT_ONCE = 16
"""Requests under way, each on a connection of its own over HTTP."""
WARM_UP = 200

Ask = Callable[[int], Awaitable[None]]
"""Ask about the agent of a number, and read the answer."""


class Server:
    """The program `contestants/doors.py`, as `door` or `bare`."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.port, self.grpc_port = free_port(), free_port()
        command = [sys.executable, "-m", f"{MODULES}.doors", kind, str(self.port), str(self.grpc_port)]
        environment = {"PYTHONPATH": str(ROOT)}
        self.process = Process(kind, command, folder / f"{kind}-{self.port}.log", environment=environment)


@contextmanager
def server(kind: str, folder: Path) -> Iterator[Server]:
    """A server that answers while the context lasts."""
    made = Server(kind, folder)
    made.process.start()
    try:
        wait_for(lambda: _listens(made.port), made.process, 30)
        yield made
    finally:
        made.process.stop()


def measure_rulings(made: Server, mode: str, requests: int) -> Throughput:
    """Ask `requests` times; `mode` is one of `check`, `envoy` (both over HTTP) and `grpc`."""
    meter = CpuMeter(made.process)
    seconds = asyncio.run(_measure(made, mode, requests, meter))
    return Throughput(requests / seconds, meter.us_per_record())


async def _measure(made: Server, mode: str, requests: int, meter: CpuMeter) -> float:
    async with _over_grpc(made.grpc_port) if mode == "grpc" else _over_http(made.port, mode) as asks:
        await _ask_all(asks, WARM_UP)
        meter.look(1)
        started = time.perf_counter()
        await _ask_all(asks, requests)
        seconds = time.perf_counter() - started
    meter.look(1 + requests)
    return seconds


async def _ask_all(asks: list[Ask], requests: int) -> None:
    async def some(ask: Ask, first: int) -> None:
        for number in range(first, requests, len(asks)):
            await ask(number % AGENTS)

    await asyncio.gather(*(some(ask, first) for first, ask in enumerate(asks)))


@asynccontextmanager
async def _over_http(port: int, mode: str) -> AsyncIterator[list[Ask]]:
    connections = [await asyncio.open_connection(HOST, port) for _ in range(AT_ONCE)]
    yield [_http_asker(*connection, mode) for connection in connections]
    for _, writer in connections:
        writer.close()


def _http_asker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mode: str) -> Ask:
    requests = [_http_request(mode, f"agent-{number}") for number in range(AGENTS)]

    async def ask(number: int) -> None:
        writer.write(requests[number])
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))

    return ask


def _http_request(mode: str, agent: str) -> bytes:
    if mode == "check":
        return f"GET /v1/check/{FLEET}/{agent} HTTP/1.1\r\nhost: door\r\n\r\n".encode()
    names = f"x-ringfence-fleet: {FLEET}\r\nx-ringfence-agent: {agent}"
    return f"GET /envoy/authz/work HTTP/1.1\r\nhost: door\r\n{names}\r\n\r\n".encode()


@asynccontextmanager
async def _over_grpc(port: int) -> AsyncIterator[list[Ask]]:
    requests = [_grpc_request(f"agent-{number}") for number in range(AGENTS)]
    async with grpc.aio.insecure_channel(f"{HOST}:{port}") as channel:
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(f"/{SERVICE}/Check")

        async def ask(number: int) -> None:
            await call(requests[number])

        yield [ask] * AT_ONCE


def _grpc_request(agent: str) -> bytes:
    """With the headers that Envoy sends along."""
    headers = {"x-ringfence-fleet": FLEET, "x-ringfence-agent": agent, ":path": "/work", ":method": "GET"}
    http = AttributeContext.HttpRequest(headers={**headers, ":authority": "service", "user-agent": "agent/1.0"})
    return CheckRequest(attributes=AttributeContext(request=AttributeContext.Request(http=http))).SerializeToString()


def _listens(port: int) -> bool:
    async def connect() -> None:
        _, writer = await asyncio.open_connection(HOST, port)
        writer.close()

    try:
        asyncio.run(connect())
    except OSError:
        return False
    return True
