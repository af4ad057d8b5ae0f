"""A sidecar without Kafka (`door PORT PORT`), or the bare handlers that it is compared with (`bare PORT PORT`)."""

import sys

import grpc
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from api.main import assemble
from app.embedded.ports import HOST
from app.settings import SidecarSettings
from tests.benchmarks.door_rulings import AGENTS, SERVICE
from tests.unit.api.doors.samples import Told, book_of, transition

BODY = b'{"allow":true}'


class Bare:
    """Answers every request alike, without a framework; over gRPC with nothing."""

    def __init__(self, grpc_port: int) -> None:
        self._address = f"{HOST}:{grpc_port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": BODY})

    async def _live(self, receive: Receive, send: Send) -> None:
        server = grpc.aio.server()
        method: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(self._echo)
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {"Check": method}),))
        server.add_insecure_port(self._address)
        await receive()
        await server.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await server.stop(None)
        await send({"type": "lifespan.shutdown.complete"})

    async def _echo(self, _request: bytes, _context: object) -> bytes:
        return b""


def _app(kind: str, grpc_port: int) -> ASGIApp:
    if kind == "bare":
        return Bare(grpc_port)
    contained = (transition(agent=f"agent-{number}") for number in range(0, AGENTS, 2))
    return assemble(SidecarSettings(grpc_port=grpc_port, stale_after_s=86_400.0), book_of(*contained), Told())


if __name__ == "__main__":
    uvicorn.run(
        _app(sys.argv[1], int(sys.argv[3])),
        host=HOST,
        port=int(sys.argv[2]),
        access_log=False,
        log_level="warning",
    )
