"""What Datadog's answers mean where they are none to the question."""

import re
from contextlib import suppress
from http import HTTPStatus

import msgspec
from datadog.api.exceptions import HTTPError

from app.datadog.errors import (
    DatadogError,
    ForbiddenError,
    LimitedError,
    NotFoundError,
    OutageError,
    RefusedRequestError,
)
from app.datadog.transport import Response

MAX_SAID = 300
"""Characters of an answer that an error repeats."""


class _Errors(msgspec.Struct):
    errors: list[str]


def explained(response: Response, asked: str) -> DatadogError:
    """The error that an answer of a status from 400 to 499 is; `asked` is what was asked whom."""
    status = HTTPStatus(response.status_code)
    said = f"{status} {status.phrase}: {line(_reasons(response.text))}"
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return ForbiddenError(
                f"{asked}: the keys are refused ({status} {status.phrase}): the site must be the account's "
                "(RINGFENCE_DATADOG__SITE), and the application key needs the scopes monitors_read, monitors_write, "
                "dashboards_read and dashboards_write"
            )
        case HTTPStatus.NOT_FOUND:
            return NotFoundError(f"{asked}: there is no such thing ({said})")
        case HTTPStatus.TOO_MANY_REQUESTS:
            again = _seconds(response.headers.get("X-RateLimit-Reset"))
            return LimitedError(f"{asked}: too many requests (429): try again in {again:g} s", again)
        case _:
            return RefusedRequestError(f"{asked}: refused ({said})")


def unexpected(error: HTTPError, asked: str) -> DatadogError:
    """The error that an answer of another status is: the package tells it in words only.

    >>> unexpected(HTTPError(422, "Unprocessable"), "POST events"), unexpected(HTTPError(503), "POST events")
    (RefusedRequestError('POST events: 422 - Unprocessable'), OutageError('POST events: 503'))
    """
    refused = re.search(r"code: 4(?!08)\d\d", str(error))
    return (RefusedRequestError if refused else OutageError)(f"{asked}: {cause(error)}")


def cause(error: Exception) -> str:
    """The innermost cause, of those that the package and its HTTP library wrap in each other.

    >>> cause(OSError('GET /x: too many tries (Caused by Failed to connect: Connection refused")). Please try later'))
    'Connection refused'
    """
    return line(str(error).split(". Please")[0].rsplit(": ", 1)[-1].rstrip("\"')"))


def line(said: object) -> str:
    """What was said, on one line of a bearable length."""
    return " ".join(str(said).split())[:MAX_SAID]


def _reasons(answer: str) -> str:
    """What an answer gives as reasons.

    >>> _reasons('{"errors": ["Alert status is required.", "No name"]}'), _reasons("<h1>Sorry</h1>")
    ('Alert status is required.; No name', '<h1>Sorry</h1>')
    """
    with suppress(msgspec.DecodeError):
        return "; ".join(msgspec.json.decode(answer, type=_Errors).errors)
    return answer


def _seconds(text: str | None) -> float:
    """A header's seconds; of none, or a strange one, a second.

    >>> _seconds("12"), _seconds(None), _seconds("soon")
    (12.0, 1.0, 1.0)
    """
    try:
        return max(0.0, float(text or ""))
    except ValueError:
        return 1.0
