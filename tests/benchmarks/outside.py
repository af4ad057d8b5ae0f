"""All that lies outside, on this machine: a Valkey, a webhook and a Datadog, each behind a proxy that can fail."""

from collections.abc import Mapping
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Self

from app.embedded.ports import HOST
from app.embedded.valkey import ValkeyServer
from tests.system.proxy import Mood, Proxy

PLACES = ("redis", "webhook", "datadog")
_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"  # signs what a server of the measurement takes


class Outside:
    """As a context manager: it runs until the context ends."""

    def __init__(self, folder: Path) -> None:
        self._valkey = ValkeyServer(folder / "valkey")
        self._server = ThreadingHTTPServer((HOST, 0), _Taker)
        self._proxies: dict[str, Proxy] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._valkey)
            serving = Thread(target=self._server.serve_forever)
            serving.start()
            stack.callback(self._server.server_close)
            stack.callback(serving.join)
            stack.callback(self._server.shutdown)
            redis_port = int(self._valkey.url.rsplit(":", 1)[1].split("/")[0])
            for place, port in zip(PLACES, (redis_port, *[self._server.server_address[1]] * 2), strict=True):
                self._proxies[place] = stack.enter_context(Proxy(port))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def be(self, mood: Mood, *places: str) -> None:
        """Let some of it, or all, take on a mood."""
        for place in places or PLACES:
            self._proxies[place].be(mood)

    @property
    def environment(self) -> Mapping[str, str]:
        """Where the sinks find it."""
        ports = {place: proxy.port for place, proxy in self._proxies.items()}
        return {
            "RINGFENCE_REDIS__URL": f"redis://{HOST}:{ports['redis']}/0",
            "RINGFENCE_WEBHOOKS__BENCH__URL": f"http://{HOST}:{ports['webhook']}/",
            "RINGFENCE_WEBHOOKS__BENCH__SECRET": _SECRET,
            "RINGFENCE_DATADOG__API_URL": f"http://{HOST}:{ports['datadog']}",
            "RINGFENCE_DATADOG__API_KEY": "none",
            "RINGFENCE_DATADOG__APP_KEY": "none",
        }


class _Taker(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = b'{"status":"ok","event":{"id":1}}'
        self.send_response(202)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
