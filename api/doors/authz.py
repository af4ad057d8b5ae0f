"""External authorization: what a proxy is told of a request, over HTTP and gRPC alike."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from api import problem
from api.doors.identity import BadNameError, single
from api.doors.ruling import Act, Porter, Ruling
from app.settings import SidecarSettings

Headers = Callable[[str], Sequence[bytes]]
"""The values of a header by its name, each time that it stands there."""


class Reply(NamedTuple):
    """What a proxy is told: 200 lets the request through, with another status this is what its client gets."""

    status: int
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""


class Authorizer:
    """Asks the porter about the agent that the headers of a request name."""

    def __init__(self, porter: Porter, settings: SidecarSettings) -> None:
        self._porter = porter
        self._settings = settings

    def answer(self, headers: Headers) -> Reply:
        """Let the request through, or say why not."""
        fleet, agent, target = (
            self._settings.fleet_header,
            self._settings.agent_header,
            self._settings.target_header,
        )
        try:
            names = [single(header, headers(header)) for header in (fleet, agent, target)]
        except BadNameError as error:
            return _problem("not identified", 403, str(error))
        if names[0] is None or names[1] is None:
            return self._unidentified(half=names[0] != names[1])
        return _reply(self._porter.rule(names[0], names[1], Act(target=names[2])))

    def _unidentified(self, *, half: bool) -> Reply:
        if self._settings.unidentified == "allow" and not half:
            return Reply(200)
        wanted = f"{self._settings.fleet_header} or no {self._settings.agent_header}"
        return _problem("not identified", 403, f"the gateway sent no {wanted}")


def _reply(ruling: Ruling) -> Reply:
    headers = [
        ("x-ringfence-state", ruling.state),
        ("x-ringfence-verdict", ruling.verdict),
        ("x-ringfence-epoch", str(ruling.epoch)),
        ("x-ringfence-fresh", str(ruling.fresh).lower()),
    ]
    if ruling.allow:
        return Reply(200, headers)
    if ruling.retry_after_s is None:
        return _problem("contained", 403, ruling.reason, headers)
    headers.append(("retry-after", str(max(1, math.ceil(ruling.retry_after_s)))))
    return _problem("throttled", 429, ruling.reason, headers)


def _problem(title: str, status: int, detail: str | None, headers: Sequence[tuple[str, str]] = ()) -> Reply:
    body = problem.document(title, status, detail)
    return Reply(status, (*headers, ("content-type", problem.MEDIA_TYPE)), body)
