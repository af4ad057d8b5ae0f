"""How the `datadog` package's client is to speak HTTP: no retries of its own, and no status lost."""

import sys
from http import HTTPStatus
from typing import Protocol

from datadog.api.api_client import APIClient
from datadog.api.http_client import RequestClient


class Response(Protocol):
    """What is read of an answer."""

    status_code: int
    text: str

    @property
    def headers(self) -> dict[str, str]:
        """Header fields."""


class StatusError(Exception):
    """An answer of a status from 400 on that says why."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"{response.status_code}: {response.text}")
        self.response = response


class Transport(RequestClient):
    """One HTTP session. Raises StatusError for what the package would fold into an error without its status."""

    @classmethod
    def request(cls, method, url, headers, params, data, timeout, proxies, verify, max_retries):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN206, PLR0913, PLR0917 - the signature is the package's
        """Send one request."""
        response = super().request(method, url, headers, params, data, timeout, proxies, verify, max_retries)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            raise StatusError(response)
        return response


class Client(APIClient):
    """The package's client over our transport. It never goes silent by itself after timeouts: breakers are ours."""

    _http_client = Transport
    _max_timeouts = sys.maxsize
