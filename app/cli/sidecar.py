"""`ringfence sidecar`: the doors."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from app.embedded.ports import demand
from app.embedded.run_file import DEFAULT_DATA, settings_for

KEEP_ALIVE_S = 3_660
"""Envoy closes idle connections after an hour; if the door were the first to, a request could meet a closed one."""


def sidecar(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else RINGFENCE_SIDECAR__HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; else RINGFENCE_SIDECAR__PORT.")] = None,
    grpc_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of gRPC; else RINGFENCE_SIDECAR__GRPC_PORT; else none.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Data folder of `ringfence up`, to find its Kafka.")] = DEFAULT_DATA,
) -> None:
    """Serve the doors: where gateways and SDKs ask whether an agent may go on.

    GET /v1/check/FLEET/AGENT answers SDKs; /envoy/authz, and envoy.service.auth.v3.Authorization on the port of gRPC,
    are external authorization services for Envoy. All answer from memory, fed by what the workers have committed.
    Several sidecars may run side by side.

    Who asks needs a token of RINGFENCE_SIDECAR__TOKEN, where that is set; without one the doors open on this machine
    alone.

    Example: ringfence sidecar --port 8080 --grpc-port 8081
    """
    from api.main import create_app  # noqa: PLC0415 - only this command has a web server

    settings = settings_for(data)
    given = {"host": host, "port": port, "grpc_port": grpc_port}
    settings.sidecar = settings.sidecar.model_copy(update={k: v for k, v in given.items() if v is not None})
    app = create_app(settings)
    demand(settings.sidecar.port, "the doors", settings.sidecar.host)
    demand(settings.sidecar.grpc_port or 0, "the doors' gRPC", settings.sidecar.host)
    uvicorn.run(
        app,
        host=settings.sidecar.host,
        port=settings.sidecar.port,
        timeout_keep_alive=KEEP_ALIVE_S,
        access_log=False,
        log_level="warning",
    )
