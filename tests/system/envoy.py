"""A real Envoy in front of a small service, as a process."""

from pathlib import Path
from typing import NamedTuple, Self

from app.embedded.ports import free_port
from app.embedded.process import Process
from tests.system.sidecar import status

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
              routes:
              - match: {prefix: "/"}
                route: {cluster: service}
                ROUTE
          http_filters:
          FILTER
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


class DoorAddress(NamedTuple):
    """Where and how an Envoy asks."""

    port: int
    grpc: bool = False
    token: str = "none"
    route: str = ""
    """More settings of the route, a line of YAML."""
    before: str = ""
    """A filter in front of that of the door, a line of YAML."""


class Envoy:
    """An Envoy that asks a sidecar before it lets a request through to a service."""

    def __init__(self, folder: Path, program: Path, *, door: DoorAddress, service: int) -> None:
        self.port = free_port()
        config = _ENVOY.replace("SERVICE_OF_AUTHORIZATION", _OVER_GRPC if door.grpc else _OVER_HTTP)
        config = config.replace("PROTOCOL", _HTTP_2 if door.grpc else "")
        ports = {"LISTEN": self.port, "SIDECAR": door.port, "SERVICE": service}
        words = {"TOKEN": door.token, "ROUTE": door.route, "FILTER": door.before}
        for name, value in {**ports, **words}.items():
            config = config.replace(name, str(value))
        file = folder / f"envoy-{self.port}.yaml"
        file.write_text(config)
        command = [str(program), "-c", str(file), "--use-dynamic-base-id", "--concurrency", "1", "-l", "warning"]
        self._process = Process("envoy", command, folder / f"envoy-{self.port}.log")

    def __enter__(self) -> Self:
        self._process.start()
        self._process.wait_until(lambda: status(self.port, "/") != 0, 30)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stop()
