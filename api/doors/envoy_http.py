"""Envoy's external authorization over HTTP: its HTTP service mode.

Envoy sends the request's method, path and chosen headers; 200 lets it through, any other status is what the
client gets (envoyproxy.io, HTTP filters, External Authorization, `http_service`).
"""

from collections.abc import Sequence

from starlette.types import Receive, Scope, Send

from api import problem
from api.access import WANTED, Access
from api.doors.authz import Authorizer, Reply


class EnvoyHttp:
    """An ASGI app that answers whatever the method and the path are: they are those of somebody else's request."""

    def __init__(self, authorizer: Authorizer, access: Access) -> None:
        self._authorizer = authorizer
        self._access = access

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        given: Sequence[tuple[bytes, bytes]] = scope["headers"]

        def values(header: str) -> list[bytes]:
            wanted = header.lower().encode()
            return [value for name, value in given if name == wanted]

        reply = self._authorizer.answer(values) if self._access.admits(values("authorization")) else _locked()
        headers = [(name.encode(), value.encode()) for name, value in reply.headers]
        headers.append((b"content-length", str(len(reply.body)).encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})


def _locked() -> Reply:
    headers = (("www-authenticate", "Bearer"), ("content-type", problem.MEDIA_TYPE))
    return Reply(401, headers, problem.document("Unauthorized", 401, WANTED))
