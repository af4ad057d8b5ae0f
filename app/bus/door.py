"""Asking a door, from Python: what an SDK does before an agent acts."""

import http.client
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from app.errors import RingfenceError
from app.events import EnforcementState, Mode
from app.settings import WhenStale

TIMEOUT_S = 10.0


class DoorError(RingfenceError):
    """A door that cannot be asked; the message says what to do."""


class Ruling(msgspec.Struct, frozen=True):
    """What a door says of an agent (docs/doors.md)."""

    allow: bool
    state: EnforcementState
    mode: Mode | None
    fresh: bool
    reason: str | None = None
    age_s: float | None = None
    retry_after_s: float | None = None


class PartitionAge(msgspec.Struct, frozen=True):
    """How fresh a door's knowledge of a partition's fleets is; `age_s` is None where that is unknown."""

    partition: int
    fresh: bool
    age_s: float | None


class DoorCondition(msgspec.Struct, frozen=True):
    """How a door is (docs/doors.md)."""

    ready: bool
    when_stale: WhenStale
    partitions: tuple[PartitionAge, ...]
    known: int
    unreadable: int

    @property
    def stale(self) -> list[PartitionAge]:
        """The partitions whose fold it has lost touch with."""
        return [age for age in self.partitions if not age.fresh]

    @property
    def age_s(self) -> float | None:
        """The age of its oldest knowledge; None where it is unknown of a partition."""
        ages = [age.age_s for age in self.partitions]
        known = [age for age in ages if age is not None]
        return max(known, default=None) if len(known) == len(ages) else None


_condition = msgspec.json.Decoder(DoorCondition)
_ruling = msgspec.json.Decoder(Ruling)


_Said = TypeVar("_Said")


class Door:
    """A sidecar's `/v1/check`, over one connection that is kept; for one thread, as a context manager.

    `token` is one of the sidecar's, where it wants one.
    Raises DoorError where the address is none, and from `ask` where nobody answers there.
    """

    def __init__(self, url: str, token: str | None = None, *, timeout_s: float = TIMEOUT_S) -> None:
        scheme, host, port, path = _parts(url)
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        self._connection = kind(host, port, timeout=timeout_s)
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._path = path.rstrip("/")
        self._url = url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def ask(self, fleet: str, agent_id: str) -> Ruling:
        """Whether the agent may go on; counts as a message of a throttled agent."""
        return self._decoded(_ruling, self.read(fleet, agent_id))

    def condition(self) -> DoorCondition:
        """How it is."""
        return self._decoded(_condition, self._read(f"{self._path}/v1/door"))

    def read(self, fleet: str, agent_id: str) -> bytes:
        """All that it says, as JSON."""
        return self._read(f"{self._path}/v1/check/{_segment(fleet)}/{_segment(agent_id)}")

    def _read(self, path: str) -> bytes:
        try:
            response = self._get(path)
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise DoorError(f"{self._url} does not answer: {error}") from error
        if response.status == http.HTTPStatus.UNAUTHORIZED:
            raise DoorError(f"{self._url} wants another token: set RINGFENCE_SIDECAR__TOKEN to one that it has")
        if response.status != http.HTTPStatus.OK:
            raise DoorError(f"{self._url}{path} answers {response.status}")
        return body

    def _decoded(self, decoder: msgspec.json.Decoder[_Said], said: bytes) -> _Said:
        try:
            return decoder.decode(said)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DoorError(f"{self._url} is no sidecar of this version: {error}") from error

    def _get(self, path: str) -> http.client.HTTPResponse:
        try:
            self._connection.request("GET", path, headers=self._headers)
            return self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):  # it was idle for too long
            self._connection.close()
            self._connection.request("GET", path, headers=self._headers)
            return self._connection.getresponse()


def _parts(url: str) -> tuple[str, str, int | None, str]:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts.scheme, parts.hostname, parts.port, parts.path
    except ValueError:  # a port that is none
        pass
    raise DoorError(f"{url!r} is no http address of a sidecar")


def _segment(name: str) -> str:
    try:
        return quote(name, safe="")
    except UnicodeEncodeError as error:
        raise DoorError(f"{name!r} is no name: it is no UTF-8") from error
