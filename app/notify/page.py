"""The page of the metrics on Faust's web server."""

import faust
from faust.web import Request, Response, View
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from app.streaming.page import bears
from app.telemetry.prometheus import Exposition

PATH = "/metrics"


def add_prometheus_page(app: faust.App, exposition: Exposition, token: str | None) -> None:
    """Serve the metrics at PATH; with a token only to requests with `Authorization: Bearer <token>`."""

    @app.page(PATH, name="prometheus")
    async def metrics(view: View, request: Request) -> Response:
        if token is not None and not bears(request, token):
            return view.error(401, "this page needs the sinks' token: Authorization: Bearer <token>")
        return view.bytes(exposition.text(), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})
