"""The doors over HTTP: the check for SDKs, and Envoy's external authorization in its HTTP service mode.

Envoy sends the request's method, path and chosen headers; 200 lets it through, any other status is what the
client gets (envoyproxy.io, HTTP filters, External Authorization, `http_service`).
"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response

from api.doors.ruling import Act, Porter, Ruling
from app.settings import SidecarSettings

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
PROBLEM = "application/problem+json"


def doors(porter: Porter, settings: SidecarSettings) -> APIRouter:
    """The routes of the doors."""
    router = APIRouter(tags=["doors"])

    @router.get("/v1/check/{fleet}/{agent_id}")
    def check(
        fleet: str,
        agent_id: str,
        target: Annotated[str | None, Query(description="agent that it is about to send to")] = None,
        resource: Annotated[str | None, Query(description="resource that it is about to claim")] = None,
        amount: Annotated[float | None, Query(description="how much of it")] = None,
    ) -> Ruling:
        """Say whether an agent may go on. Counts as a message of a throttled agent."""
        return porter.rule(fleet, agent_id, Act(target=target, resource=resource, amount=amount))

    @router.api_route("/envoy/authz", methods=METHODS, include_in_schema=False)
    @router.api_route("/envoy/authz/{path:path}", methods=METHODS, include_in_schema=False)
    def authorize(request: Request) -> Response:
        fleet = request.headers.get(settings.fleet_header)
        agent_id = request.headers.get(settings.agent_header)
        if not fleet or not agent_id:
            return _unidentified(settings)
        return _answer(porter.rule(fleet, agent_id, Act(target=request.headers.get(settings.target_header))))

    return router


def _unidentified(settings: SidecarSettings) -> Response:
    if settings.unidentified == "allow":
        return Response(status_code=200)
    detail = f"the gateway sent no {settings.fleet_header} or no {settings.agent_header}"
    return Response(_problem("not identified", 403, detail), 403, media_type=PROBLEM)


def _answer(ruling: Ruling) -> Response:
    headers = {
        "x-ringfence-state": ruling.state,
        "x-ringfence-verdict": ruling.verdict,
        "x-ringfence-epoch": str(ruling.epoch),
        "x-ringfence-fresh": str(ruling.fresh).lower(),
    }
    if ruling.allow:
        return Response(status_code=200, headers=headers)
    if ruling.retry_after_s is not None:
        headers["retry-after"] = str(max(1, round(ruling.retry_after_s)))
        return Response(_problem("throttled", 429, ruling.reason), 429, headers, PROBLEM)
    return Response(_problem("contained", 403, ruling.reason), 403, headers, PROBLEM)


def _problem(title: str, status: int, detail: str | None) -> bytes:
    return msgspec.json.encode({"type": "about:blank", "title": title, "status": status, "detail": detail})
