"""A Datadog account: requests with the errors that they can end in, tried again where that does no harm."""

import socket
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlencode

import datadog
import stamina
from datadog.api.exceptions import ClientError, HTTPError, HttpTimeout, ProxyError
from pydantic import SecretStr

from app.datadog.answers import cause, explained, line, unexpected
from app.datadog.errors import LimitedError, NoKeysError, OutageError
from app.datadog.resource import Body, Json
from app.datadog.transport import Client, StatusError
from app.settings import DatadogSettings

ATTEMPTS = 4
MAX_WAIT_S = 60.0
"""Longer than this nobody waits to be let in again."""
Method = Literal["GET", "POST", "PUT", "DELETE"]


class Account:
    """One account. The package keeps its keys for the whole process, so a process has one account.

    Raises NoKeysError without both keys.
    """

    def __init__(self, settings: DatadogSettings) -> None:
        self._url = settings.api_url or f"https://api.{settings.site}"
        self._timeout_s = settings.timeout_s
        datadog.initialize(
            api_key=_key(settings.api_key, "API"),
            app_key=_key(settings.app_key, "APP"),
            api_host=self._url,
            host_name=socket.gethostname(),
            mute=False,
            timeout=settings.timeout_s,
            max_retries=0,
        )

    def ask(self, method: Method, path: str, body: Body | None = None, **query: str) -> Json:
        """The answer to one request.

        Limits are waited for, and outages tried again, but for a POST: it may have been heard.

        Raises:
            ForbiddenError, RefusedRequestError, NotFoundError: at once.
            LimitedError, OutageError: when it still is so after ATTEMPTS, or would be for longer than MAX_WAIT_S.

        """
        for attempt in stamina.retry_context(on=_again(method), attempts=ATTEMPTS, timeout=2 * MAX_WAIT_S):
            with attempt:
                return self._ask_once(method, f"{path}?{urlencode(query)}" if query else path, body)
        raise AssertionError("unreachable")  # the last attempt returns or raises

    def _ask_once(self, method: Method, path: str, body: Body | None) -> Json:
        asked = f"{self._url}: {method} {path}"
        try:
            answer: Json = Client.submit(method, path, body=None if body is None else dict(body))
        except StatusError as error:
            raise explained(error.response, asked) from None
        except HTTPError as error:
            raise unexpected(error, asked) from None
        except HttpTimeout:
            raise OutageError(f"{asked}: no answer within {self._timeout_s:g} s") from None
        except (ClientError, ProxyError) as error:
            raise OutageError(f"{asked}: {cause(error)}") from None
        except ValueError as error:
            raise OutageError(f"{asked}: this is no Datadog API: {line(error)}") from None
        return answer


def _key(key: SecretStr | None, name: str) -> str:
    if key is None or not key.get_secret_value():
        raise NoKeysError(
            f"no Datadog {name} key: set RINGFENCE_DATADOG__API_KEY and RINGFENCE_DATADOG__APP_KEY "
            "(in Datadog: Organization Settings, API Keys and Application Keys)"
        )
    return key.get_secret_value()


def _again(method: Method) -> Callable[[Exception], bool | float]:
    """Whether, or in how many seconds, to try again after an error."""

    def when(error: Exception) -> bool | float:
        if isinstance(error, LimitedError):
            return error.again_in_s if error.again_in_s <= MAX_WAIT_S else False
        return isinstance(error, OutageError) and method != "POST"

    return when
