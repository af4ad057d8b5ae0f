"""The page of a worker's metrics on Faust's web server, for who has the token."""

import hmac
from typing import TYPE_CHECKING

import msgspec
from faust.web import Request, Response, View

from app.streaming.metrics import WorkerMetrics

if TYPE_CHECKING:
    from app.streaming.app import FoldApp

PATH = "/fold/metrics/"


def add_metrics_page(app: "FoldApp", token: str) -> None:
    """Serve the counters as JSON at PATH to requests with `Authorization: Bearer <token>`."""

    @app.page(PATH, name="fold-metrics")
    async def metrics(view: View, request: Request) -> Response:
        if not bears(request, token):
            return view.error(401, "this page needs the worker's token: Authorization: Bearer <token>")
        return view.bytes(as_json(app.metrics()), content_type="application/json")


def bears(request: Request, token: str) -> bool:
    """Whether a request has `Authorization: Bearer <token>`."""
    given = str(request.headers.get("Authorization", ""))
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def as_json(metrics: WorkerMetrics) -> bytes:
    """Metrics with the lag of each partition.

    >>> from app.streaming.metrics import PartitionMetrics
    >>> as_json(WorkerMetrics([PartitionMetrics(3, next_offset=5, highwater=9)], 0, [], 0, 0, 0, 0))[-10:]
    b'"lag":4}]}'
    """
    whole = msgspec.to_builtins(metrics)
    partitions = [
        {**entry, "lag": each.lag} for entry, each in zip(whole.pop("partitions"), metrics.partitions, strict=True)
    ]
    return msgspec.json.encode({**whole, "partitions": partitions})
