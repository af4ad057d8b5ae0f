"""Routing by the path as it was sent."""

from starlette.types import ASGIApp, Receive, Scope, Send


class RawPath:
    """Middleware: segments of a path stay encoded, so that a slash within a name does not end it.

    Handlers decode the segments that they are given (`api.doors.identity.decoded`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] == "http" and scope.get("raw_path"):
            scope = {**scope, "path": scope["raw_path"].decode("latin-1")}
        await self._app(scope, receive, send)
