"""The doors over HTTP."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from api.access import WANTED, Access
from api.doors.condition import Condition
from api.doors.identity import decoded
from api.doors.ruling import Act, Porter, Ruling


def doors(porter: Porter, access: Access, condition: Callable[[], Condition]) -> APIRouter:
    """The routes of the doors."""

    async def admit(request: Request) -> None:
        if not access.admits(value.encode("latin-1") for value in request.headers.getlist("authorization")):
            raise HTTPException(401, WANTED, {"www-authenticate": "Bearer"})

    router = APIRouter(tags=["doors"], dependencies=[Depends(HTTPBearer(auto_error=False)), Depends(admit)])

    @router.get("/v1/check/{fleet}/{agent_id}", response_model=Ruling)
    async def check(
        fleet: str,
        agent_id: str,
        target: Annotated[str | None, Query(description="agent that it is about to send to")] = None,
        resource: Annotated[str | None, Query(description="resource that it is about to claim")] = None,
        amount: Annotated[float, Query(description="how much of it")] = 1.0,
    ) -> Response:
        """Say whether an agent may go on. Counts as a message of a throttled agent."""
        act = Act(target, resource, amount)
        ruling = porter.rule(decoded(fleet.encode("latin-1")), decoded(agent_id.encode("latin-1")), act)
        return Response(msgspec.json.encode(ruling), media_type="application/json")

    @router.get("/v1/door")
    async def door() -> Condition:
        """Say what the door knows, how fresh that is, and what it does where it is out of touch."""
        return condition()

    return router
