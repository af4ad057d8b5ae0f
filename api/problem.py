"""Problem details (RFC 9457): the form of every error that the sidecar tells."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.doors.identity import BadNameError

MEDIA_TYPE = "application/problem+json"


def document(title: str, status: int, detail: str | None) -> bytes:
    """A problem document.

    >>> document("throttled", 429, None)
    b'{"type":"about:blank","title":"throttled","status":429,"detail":null}'
    """
    return msgspec.json.encode({"type": "about:blank", "title": title, "status": status, "detail": detail})


def tell_problems(app: FastAPI) -> None:
    """Let an app answer with problem documents where it would have answered with FastAPI's own errors."""

    @app.exception_handler(HTTPException)
    async def by_status(_: Request, error: HTTPException) -> Response:
        return _response(error.status_code, error.detail, error.headers)

    @app.exception_handler(RequestValidationError)
    async def by_parameters(_: Request, error: RequestValidationError) -> Response:
        return _response(422, "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()))

    @app.exception_handler(Exception)
    async def by_surprise(_: Request, _error: Exception) -> Response:
        return _response(500, "the sidecar has failed: its log says why")

    @app.exception_handler(BadNameError)
    async def by_name(_: Request, error: BadNameError) -> Response:
        return _response(400, str(error))


def _response(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(document(HTTPStatus(status).phrase, status, detail), status, headers, MEDIA_TYPE)
