"""Envoy's external authorization over gRPC: envoy.service.auth.v3.Authorization/Check, and the health service.

A gateway may name the agent, or its fleet, in the `context_extensions` of its own configuration; those win over
headers.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from api.access import WANTED, Access
from api.doors.authz import Authorizer, Reply
from api.doors.wire.ext_authz_pb2 import (
    AttributeContext,
    CheckRequest,
    CheckResponse,
    DeniedHttpResponse,
    HeaderValue,
    HeaderValueOption,
    HttpStatus,
    OkHttpResponse,
    Status,
)

SERVICE = "envoy.service.auth.v3.Authorization"
GRACE_S = 1.0
LOOK_S = 0.1

Context = grpc.aio.ServicerContext[CheckRequest, CheckResponse]


class EnvoyGrpc:
    """The service's one method."""

    def __init__(self, authorizer: Authorizer, access: Access) -> None:
        self._authorizer = authorizer
        self._access = access

    async def check(self, request: CheckRequest, context: Context) -> CheckResponse:
        """Let a request through, or say what its client gets."""
        if not self._access.admits(_authorization(context)):
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, WANTED)
        return _response(self._authorizer.answer(lambda header: _values(request.attributes, header.lower())))

    def handler(self) -> grpc.GenericRpcHandler:
        """What a server is given."""
        method = grpc.unary_unary_rpc_method_handler(
            self.check, CheckRequest.FromString, CheckResponse.SerializeToString
        )
        return grpc.method_handlers_generic_handler(SERVICE, {"Check": method})


@asynccontextmanager
async def serving(address: str, door: EnvoyGrpc, ready: Callable[[], bool]) -> AsyncIterator[int]:
    """Serve at host:port while the context lasts; the port, which is a free one where the address says 0.

    `ready` says whether the door knows all that was decided before it opened: from then on it is SERVING.
    """
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((door.handler(),))
    state = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(state, server)
    port = server.add_insecure_port(address)
    await server.start()
    announcing = asyncio.create_task(_announce(state, ready))
    try:
        yield port
    finally:
        announcing.cancel()
        await server.stop(GRACE_S)


async def _announce(state: health.aio.HealthServicer, ready: Callable[[], bool]) -> None:
    for service in ("", SERVICE):
        await state.set(service, health_pb2.HealthCheckResponse.NOT_SERVING)
    while not ready():  # noqa: ASYNC110 - what it waits for happens in a thread
        await asyncio.sleep(LOOK_S)
    for service in ("", SERVICE):
        await state.set(service, health_pb2.HealthCheckResponse.SERVING)


def _authorization(context: Context) -> list[bytes]:
    given = context.invocation_metadata() or ()
    return [value.encode() if isinstance(value, str) else value for name, value in given if name == "authorization"]


def _values(attributes: AttributeContext, header: str) -> Sequence[bytes]:
    """A header as the gateway's configuration says, else as Envoy passes it on: raw if it is set to, else joined."""
    configured = [value.encode() for name, value in attributes.context_extensions.items() if name.lower() == header]
    if configured:
        return configured
    http = attributes.request.http
    if http.header_map.headers:
        return [each.raw_value or each.value.encode() for each in http.header_map.headers if each.key == header]
    return [http.headers[header].encode()] if header in http.headers else []


def _response(reply: Reply) -> CheckResponse:
    headers = [_header(name, value) for name, value in reply.headers]
    if reply.status == 200:  # noqa: PLR2004 - HTTP's
        return CheckResponse(status=Status(code=0), ok_response=OkHttpResponse(headers=headers))
    denied = DeniedHttpResponse(status=HttpStatus(code=reply.status), headers=headers, body=reply.body.decode())
    return CheckResponse(status=Status(code=grpc.StatusCode.PERMISSION_DENIED.value[0]), denied_response=denied)


def _header(name: str, value: str) -> HeaderValueOption:
    """Instead of what the client may have sent under that name."""
    return HeaderValueOption(
        header=HeaderValue(key=name, value=value), append_action=HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD
    )
