"""The sidecar as a process, a small service, and a client."""

import http.client
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple, Self
from urllib.parse import quote

from app.embedded.ports import HOST, free_port
from app.embedded.process import Process

Headers = Sequence[tuple[str, str | bytes]]


class Answer(NamedTuple):
    """What an HTTP server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(port: int, path: str, headers: Mapping[str, str] | Headers | None = None, *, method: str = "GET") -> Answer:
    """Ask 127.0.0.1; any status is an answer, and a header may stand there twice."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=10)) as connection:
        connection.putrequest(method, path)
        for name, value in headers.items() if isinstance(headers, Mapping) else headers or ():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return Answer(response.status, dict(response.headers), response.read())


class Sidecar:
    """`ringfence sidecar` on two free ports."""

    def __init__(self, folder: Path, bootstrap: str, **settings: str) -> None:
        self.port, self.grpc_port = free_port(), free_port()
        command = [sys.executable, "-m", "app.cli.main", "sidecar", "--port", str(self.port)]
        command += ["--grpc-port", str(self.grpc_port), "--data", str(folder)]
        self._authorization = {"authorization": f"Bearer {settings.get('token', '')}"}
        environment = {f"RINGFENCE_SIDECAR__{name.upper()}": value for name, value in settings.items()}
        environment["RINGFENCE_KAFKA__BOOTSTRAP"] = bootstrap
        self._process = Process("sidecar", command, folder / f"sidecar-{self.port}.log", environment=environment)

    def __enter__(self) -> Self:
        self._process.start()
        self._process.wait_until(lambda: status(self.port, "/readyz") == 200, 30)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stop()

    def check(self, fleet: str, agent: str) -> dict[str, object]:
        """What it says of an agent."""
        path = f"/v1/check/{quote(fleet, safe='')}/{quote(agent, safe='')}"
        found: dict[str, object] = json.loads(ask(self.port, path, self._authorization).body)
        return found


@contextmanager
def service() -> Iterator[int]:
    """A small service that says hello; its port."""
    server = ThreadingHTTPServer((HOST, 0), _Hello)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "5")
        self.send_header("x-told", self.headers.get("x-ringfence-state", ""))
        self.end_headers()
        self.wfile.write(b"hello")

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def status(port: int, path: str) -> int:
    """That of an answer; 0 where there is none."""
    try:
        return ask(port, path).status
    except (OSError, http.client.HTTPException):
        return 0
