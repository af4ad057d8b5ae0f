"""`ringfence sidecar`: the doors."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from app.embedded.run_file import DEFAULT_DATA, settings_for


def sidecar(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else RINGFENCE_SIDECAR__HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; else RINGFENCE_SIDECAR__PORT.")] = None,
    data: Annotated[Path, typer.Option(help="Data folder of `ringfence up`, to find its Kafka.")] = DEFAULT_DATA,
) -> None:
    """Serve the doors: where gateways and SDKs ask whether an agent may go on.

    GET /v1/check/FLEET/AGENT answers SDKs; /envoy/authz is an external authorization service for Envoy. Both
    answer from memory, fed by what the workers have committed. Several sidecars may run side by side.

    Example: ringfence sidecar --port 8080
    """
    from api.main import create_app  # noqa: PLC0415 - only this command has a web server

    settings = settings_for(data)
    uvicorn.run(
        create_app(settings),
        host=host or settings.sidecar.host,
        port=settings.sidecar.port if port is None else port,
        access_log=False,
        log_level="warning",
    )
