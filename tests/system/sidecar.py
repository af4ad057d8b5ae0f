"""The sidecar and a real Envoy in front of a small service, as processes."""

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
              SERVICE_OF_AUTHORIZATION
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - &cluster
    name: service
    load_assignment:
      cluster_name: service
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: SERVICE}}}}]}]
  - name: sidecar
    PROTOCOL
    load_assignment:
      cluster_name: sidecar
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: SIDECAR}}}}]}]
"""

_OVER_HTTP = """http_service:
                server_uri: {uri: "http://127.0.0.1:SIDECAR", cluster: sidecar, timeout: 1s}
                path_prefix: /envoy/authz
                authorization_request:
                  allowed_headers: {patterns: [{prefix: x-ringfence-}]}
                  headers_to_add: [{key: authorization, value: "Bearer TOKEN"}]
"""
_OVER_GRPC = """grpc_service:
                envoy_grpc: {cluster_name: sidecar}
                timeout: 1s
                initial_metadata: [{key: authorization, value: "Bearer TOKEN"}]
"""
_HTTP_2 = """typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http2_protocol_options: {}}
"""


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
        self._process.wait_until(lambda: _status(self.port, "/readyz") == 200, 30)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stop()

    def check(self, fleet: str, agent: str) -> dict[str, object]:
        """What it says of an agent."""
        path = f"/v1/check/{quote(fleet, safe='')}/{quote(agent, safe='')}"
        found: dict[str, object] = json.loads(ask(self.port, path, self._authorization).body)
        return found


class DoorAddress(NamedTuple):
    """Where and how an Envoy asks."""

    port: int
    grpc: bool = False
    token: str = "none"


class Envoy:
    """An Envoy that asks a sidecar before it lets a request through to a service."""

    def __init__(self, folder: Path, program: Path, *, door: DoorAddress, service: int) -> None:
        self.port = free_port()
        config = _ENVOY.replace("SERVICE_OF_AUTHORIZATION", _OVER_GRPC if door.grpc else _OVER_HTTP)
        config = config.replace("PROTOCOL", _HTTP_2 if door.grpc else "")
        ports = {"LISTEN": self.port, "SIDECAR": door.port, "SERVICE": service}
        for name, value in {**ports, "TOKEN": door.token}.items():
            config = config.replace(name, str(value))
        file = folder / f"envoy-{self.port}.yaml"
        file.write_text(config)
        command = [str(program), "-c", str(file), "--use-dynamic-base-id", "--concurrency", "1", "-l", "warning"]
        self._process = Process("envoy", command, folder / f"envoy-{self.port}.log")

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
        self.send_header("x-told", self.headers.get("x-ringfence-state", ""))
        self.end_headers()
        self.wfile.write(b"hello")

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _status(port: int, path: str) -> int:
    try:
        return ask(port, path).status
    except (OSError, http.client.HTTPException):
        return 0
