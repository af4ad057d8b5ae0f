"""A DogStatsD server on this machine, over UDP or a Unix socket, which reads datagrams as the protocol says.

NAME:VALUE[:VALUE...]|TYPE[|@RATE][|#TAG,TAG][|c:...][|e:...], https://docs.datadoghq.com/extend/dogstatsd/datagram_shell
"""

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

_LINE = re.compile(
    r"(?P<name>[a-zA-Z][\w.]*):(?P<values>-?[\d.e+-]+(?::-?[\d.e+-]+)*)\|(?P<type>[cgdhms]+)"
    r"(?:\|@(?P<rate>[\d.]+))?(?:\|#(?P<tags>[^|]*))?(?:\|[ceT][:\w.-]*)*",
    re.ASCII,
)
TIMEOUT_S = 20.0


class Datapoint(NamedTuple):
    name: str
    value: float
    type: str
    rate: float
    tags: frozenset[str]


def parse(datagram: bytes) -> list[Datapoint]:
    """The data points of a datagram. Raises ValueError for a line that breaks the protocol."""
    points = []
    for text in datagram.decode().split("\n"):
        if not text:
            continue
        line = _LINE.fullmatch(text)
        if line is None:
            raise ValueError(f"no line of DogStatsD: {text!r}")
        tags = frozenset((line["tags"] or "").split(",")) - {""}
        rate = float(line["rate"] or 1.0)
        points += [
            Datapoint(line["name"], float(value), line["type"], rate, tags) for value in line["values"].split(":")
        ]
    return points


class Listener:
    """As a context manager: `url` is where to send, `points` what has come, without what the client says of itself.

    It reads all the time: a Unix socket holds ten datagrams, then senders wait.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._socket = socket.socket(socket.AF_INET if path is None else socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0) if path is None else str(path))
        self._socket.settimeout(0.05)
        self.url = f"unix://{path}" if path else f"udp://127.0.0.1:{self._socket.getsockname()[1]}"
        self.datagrams = 0
        self.points: list[Datapoint] = []
        self.errors: list[ValueError] = []
        self._come = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()
        self._socket.close()

    def until(self, enough: Callable[[list[Datapoint]], bool]) -> list[Datapoint]:
        """Wait until enough has come. Fails for a line that breaks the protocol."""
        with self._come:
            come = self._come.wait_for(lambda: self.errors or enough(self.points), TIMEOUT_S)
            assert not self.errors
            assert come, f"{len(self.points)} points have come, not what was waited for"
            return list(self.points)

    def _run(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                self._take(self._socket.recv(65536))

    def _take(self, datagram: bytes) -> None:
        with self._come:
            self.datagrams += 1
            try:
                points = parse(datagram)
            except ValueError as error:
                self.errors.append(error)
            else:
                self.points += [point for point in points if not point.name.startswith("datadog.dogstatsd.client.")]
            self._come.notify_all()
