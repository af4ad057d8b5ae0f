"""One endpoint: a single attempt to tell it of an event."""

import asyncio
import time
from contextlib import suppress
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from app.errors import RingfenceError
from app.settings import WebhookSettings
from app.webhooks.event import Event
from app.webhooks.signature import signer_of

_FOR_NOW = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_LONGEST_WAIT_S = 60.0
_SHORT_BYTES = 65_536
_SHORT_S = 0.25
"""An answer of more than this is not worth the connection: it would hold up the next event."""


class NotTakenError(RingfenceError):
    """The endpoint answered, and did not take the event."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class RefusedError(NotTakenError):
    """It never will."""


class NotNowError(NotTakenError):
    """It may later: in `wait_s` seconds, where it has said so."""

    def __init__(self, status: int, wait_s: float | None) -> None:
        super().__init__(status)
        self.wait_s = wait_s


class Endpoint:
    """Posts events to a URL, over connections that are kept where it answers shortly; redirects are not followed.

    Of its answer the status counts alone. The rest is thrown away.
    """

    def __init__(self, settings: WebhookSettings) -> None:
        self._url = httpx.URL(settings.url.get_secret_value())
        self._timeout_s = settings.timeout_s
        self._signer = signer_of(settings)
        self._client = httpx.AsyncClient(
            timeout=settings.timeout_s,
            headers={"user-agent": "ringfence"},
            cookies=_no_cookies(),
            event_hooks={"response": [_lead_nowhere]},
        )

    async def post(self, event: Event) -> RefusedError | None:
        """Try once; None: it has taken the event. That it is refused for good says nothing against the endpoint.

        Raises:
            NotNowError: it answered that it cannot take it now.
            httpx.HTTPError: it did not answer.

        """
        half = asyncio.get_running_loop().time() + self._timeout_s / 2
        signed = self._signer.headers(event, int(time.time()))
        headers = {"content-type": "application/json", **signed}
        request = self._client.stream("POST", self._url, content=event.body, headers=headers)
        async with request as response:
            await _read_out(response, half)
            if response.is_success:
                return None
            if response.is_server_error or response.status_code in _FOR_NOW:
                raise NotNowError(response.status_code, _wait(response.headers.get("retry-after")))
            return RefusedError(response.status_code)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


def _no_cookies() -> CookieJar:
    """A jar that takes none: an endpoint could fill it until nobody takes our requests any more."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


async def _lead_nowhere(response: httpx.Response) -> None:
    """Redirects are not followed, but httpx reads where they lead, and takes what it cannot read for no answer."""
    response.headers.pop("location", None)


async def _read_out(response: httpx.Response, until: float) -> None:
    """Read what is short: only then the connection can serve the next event. `until` is a time of the event loop.

    Whatever comes of it, the event has been answered.
    """
    with suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout_at(min(until, asyncio.get_running_loop().time() + _SHORT_S)):
            async for _ in response.aiter_raw():
                if response.num_bytes_downloaded > _SHORT_BYTES:
                    return


def _wait(retry_after: str | None) -> float | None:
    """How long it asks to be left alone; a date counts as nothing said.

    >>> _wait("7"), _wait("86400"), _wait("Wed, 21 Oct 2015 07:28:00 GMT"), _wait(None)
    (7.0, 60.0, None, None)
    """
    return min(float(retry_after), _LONGEST_WAIT_S) if retry_after and retry_after.isdecimal() else None
