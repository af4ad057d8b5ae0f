"""The sidecar and a real Envoy in front of a small service, as processes."""

import http.client
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple, Self

from app.embedded.ports import HOST, free_port
from app.embedded.process import Process

_ENVOY = """
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: LISTEN}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: door
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes: [{match: {prefix: "/"}, route: {cluster: service}}]
          http_filters:
          - name: envoy.filters.http.ext_authz
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
              failure_mode_allow: false
              http_service:
                server_uri: {uri: "http://127.0.0.1:SIDECAR", cluster: sidecar, timeout: 1s}
                path_prefix: /envoy/authz
                authorization_request:
                  allowed_headers: {patterns: [{prefix: x-ringfence-}]}
                authorization_response:
                  allowed_client_headers: {patterns: [{prefix: x-ringfence-}, {exact: retry-after}]}
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - &cluster
    name: service
    load_assignment:
      cluster_name: service
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: SERVICE}}}}]}]
  - name: sidecar
    load_assignment:
      cluster_name: sidecar
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: SIDECAR}}}}]}]
"""


class Answer(NamedTuple):
    """What an HTTP server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(port: int, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    """GET from 127.0.0.1; any status is an answer."""
    request = urllib.request.Request(f"http://{HOST}:{port}{path}", headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return Answer(response.status, dict(response.headers), response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read())


class Sidecar:
    """`ringfence sidecar` on a free port."""

    def __init__(self, folder: Path, bootstrap: str, **settings: str) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "app.cli.main", "sidecar", "--port", str(self.port), "--data", str(folder)]
        environment = {f"RINGFENCE_SIDECAR__{name.upper()}": value for name, value in settings.items()}
        environment["RINGFENCE_KAFKA__BOOTSTRAP"] = bootstrap
        self._process = Process("sidecar", command, folder / f"sidecar-{self.port}.log", environment=environment)

    def __enter__(self) -> Self:
        self._process.start()
        self._process.wait_until(lambda: _status(self.port, "/readyz") == 200, 30)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stop()

    def check(self, fleet: str, agent: str) -> dict[str, object]:
        """What it says of an agent."""
        found: dict[str, object] = json.loads(ask(self.port, f"/v1/check/{fleet}/{agent}").body)
        return found


class Envoy:
    """An Envoy that asks a sidecar before it lets a request through to a service."""

    def __init__(self, folder: Path, program: Path, *, sidecar: int, service: int) -> None:
        self.port = free_port()
        ports = {"LISTEN": self.port, "SIDECAR": sidecar, "SERVICE": service}
        config = _ENVOY
        for name, port in ports.items():
            config = config.replace(name, str(port))
        file = folder / "envoy.yaml"
        file.write_text(config)
        command = [str(program), "-c", str(file), "--use-dynamic-base-id", "--concurrency", "1", "-l", "warning"]
        self._process = Process("envoy", command, folder / "envoy.log")

    def __enter__(self) -> Self:
        self._process.start()
        self._process.wait_until(lambda: _status(self.port, "/") != 0, 30)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stop()


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
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _status(port: int, path: str) -> int:
    try:
        return ask(port, path).status
    except (OSError, http.client.HTTPException):
        return 0
