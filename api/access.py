"""Who may ask the doors: those with a bearer token (RFC 6750), or everybody where the port is this machine's alone."""

from collections.abc import Iterable
from hmac import compare_digest
from ipaddress import ip_address

from app.errors import RingfenceError
from app.settings import SidecarSettings

WANTED = "the doors want a token: Authorization: Bearer <RINGFENCE_SIDECAR__TOKEN>"


class ExposedError(RingfenceError):
    """Doors that would answer anybody."""


class Access:
    """The tokens that open the doors.

    >>> access = Access(SidecarSettings(token="new,old"))
    >>> access.admits([b"Bearer old"]), access.admits([b"Bearer older"]), access.admits([])
    (True, False, False)
    >>> Access(SidecarSettings()).admits([])
    True
    """

    def __init__(self, settings: SidecarSettings) -> None:
        self._tokens = [token.encode() for token in settings.tokens]

    def admits(self, authorization: Iterable[bytes]) -> bool:
        """Whether one of the `Authorization` headers has a token; how long it takes does not say which."""
        return not self._tokens or any(self._knows(value) for value in authorization)

    def _knows(self, authorization: bytes) -> bool:
        scheme, _, given = authorization.partition(b" ")
        known = [compare_digest(given.strip(), token) for token in self._tokens]
        return scheme.lower() == b"bearer" and any(known)


def refuse_exposure(settings: SidecarSettings) -> None:
    """Raise ExposedError where others than this machine could ask and nobody needs a token."""
    if not settings.tokens and not settings.anonymous and not _is_loopback(settings.host):
        raise ExposedError(
            f"the doors would answer anybody who reaches {settings.host}: set RINGFENCE_SIDECAR__TOKEN, "
            "or RINGFENCE_SIDECAR__ANONYMOUS=true where only gateways reach it"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
