"""Envoy's external authorization over gRPC, without Envoy (QUAR-2, QUAR-7)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import grpc
import pytest
from grpc_health.v1 import health_pb2

from api.access import Access
from api.doors.authz import Authorizer
from api.doors.envoy_grpc import SERVICE, EnvoyGrpc, serving
from api.doors.ruling import Porter
from api.doors.wire.ext_authz_pb2 import (
    AttributeContext,
    CheckRequest,
    CheckResponse,
    HeaderMap,
    HeaderValue,
    HeaderValueOption,
)
from app.events import Restraint, Transition
from app.settings import SidecarSettings
from tests.unit.api.doors.samples import book_of, transition

Metadata = Sequence[tuple[str, str]]


class Door:
    """A client of the service."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.channel = channel
        self._check = channel.unary_unary(f"/{SERVICE}/Check", CheckRequest.SerializeToString, CheckResponse.FromString)

    async def ask(self, attributes: AttributeContext, metadata: Metadata = ()) -> CheckResponse:
        answer: CheckResponse = await self._check(CheckRequest(attributes=attributes), metadata=metadata)
        return answer

    async def status(self, service: str) -> str:
        """The first that its health service says: it goes on to tell each change."""
        return await anext(self.statuses(service))

    async def statuses(self, service: str) -> AsyncGenerator[str]:
        watch = self.channel.unary_stream(
            "/grpc.health.v1.Health/Watch",
            health_pb2.HealthCheckRequest.SerializeToString,
            health_pb2.HealthCheckResponse.FromString,
        )
        async for answer in watch(health_pb2.HealthCheckRequest(service=service)):
            yield health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)


@asynccontextmanager
async def door(
    *transitions: Transition, ready: asyncio.Event | None = None, token: str | None = None
) -> AsyncIterator[Door]:
    settings = SidecarSettings.model_validate({"token": token})
    authorizer = Authorizer(Porter(book_of(*transitions), settings), settings)
    is_ready = (lambda: True) if ready is None else ready.is_set
    async with (
        serving("127.0.0.1:0", EnvoyGrpc(authorizer, Access(settings)), is_ready) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield Door(channel)


def request(agent: str = "bob", extensions: Mapping[str, str] | None = None) -> AttributeContext:
    headers = {"x-ringfence-fleet": "north", "x-ringfence-agent": agent, ":path": "/work"}
    http = AttributeContext.HttpRequest(headers=headers)
    return AttributeContext(request=AttributeContext.Request(http=http), context_extensions=extensions)


def raw(*headers: tuple[str, bytes]) -> AttributeContext:
    """As Envoy sends headers with `encode_raw_headers`."""
    header_map = HeaderMap(headers=[HeaderValue(key=name, raw_value=value) for name, value in headers])
    return AttributeContext(request=AttributeContext.Request(http=AttributeContext.HttpRequest(header_map=header_map)))


def headers_of(options: Sequence[HeaderValueOption]) -> dict[str, str]:
    return {option.header.key: option.header.value for option in options}


async def test_a_contained_agent_is_turned_away_with_the_reason_and_the_others_are_not() -> None:
    async with door(transition()) as asked:
        denied, allowed = await asked.ask(request("bob")), await asked.ask(request("ann"))
    assert (denied.status.code, denied.denied_response.status.code) == (7, 403)
    assert "trust 12.0 is under 30" in denied.denied_response.body
    headers = headers_of(denied.denied_response.headers)
    assert (headers["content-type"], headers["x-ringfence-state"]) == ("application/problem+json", "quarantined")
    assert (allowed.status.code, allowed.WhichOneof("http_response")) == (0, "ok_response")


async def test_what_the_service_behind_is_told_overwrites_what_a_client_sends() -> None:
    async with door(transition(mode="warn")) as asked:
        allowed = await asked.ask(request("bob"))
    assert headers_of(allowed.ok_response.headers)["x-ringfence-verdict"] == "warn"
    actions = {option.append_action for option in allowed.ok_response.headers}
    assert actions == {HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD}


async def test_a_throttled_agent_is_told_when_it_may_come_again() -> None:
    async with door(transition("throttled", restraint=Restraint(rate=0.001))) as asked:
        answers = [await asked.ask(request("bob")) for _ in range(2)]
    denied = answers[-1].denied_response
    assert denied.status.code == 429
    assert 900 < int(headers_of(denied.headers)["retry-after"]) <= 1000


@pytest.mark.parametrize("agent", ["b%C3%B6b", "böb"])
async def test_a_name_beyond_ascii_is_known(agent: str) -> None:
    async with door(transition(agent="böb")) as asked:
        assert (await asked.ask(request(agent))).status.code == 7
        named = raw(("x-ringfence-fleet", b"north"), ("x-ringfence-agent", agent.encode()))
        assert (await asked.ask(named)).status.code == 7


async def test_an_identity_beside_that_of_the_gateway_opens_no_door() -> None:
    twice = raw(("x-ringfence-fleet", b"north"), ("x-ringfence-agent", b"ann"), ("x-ringfence-agent", b"cy"))
    async with door() as asked:
        for attributes in (request("ann,cy"), twice, AttributeContext()):
            assert "not identified" in (await asked.ask(attributes)).denied_response.body


async def test_what_the_gateways_configuration_says_wins_over_headers() -> None:
    async with door(transition()) as asked:
        assert (await asked.ask(request("ann", {"x-ringfence-agent": "bob"}))).status.code == 7
        assert (await asked.ask(request("ann", {"X-Ringfence-Agent": "bob"}))).status.code == 7
        assert (await asked.ask(request("bob", {"x-ringfence-fleet": "south"}))).status.code == 0


async def test_without_a_token_it_does_not_answer() -> None:
    async with door(token="new,old") as asked:
        for metadata in ((), (("authorization", "Bearer wrong"),)):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await asked.ask(request("ann"), metadata)
            assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
        assert (await asked.ask(request("ann"), (("authorization", "Bearer old"),))).status.code == 0
        assert await asked.status("") == "SERVING"


async def test_it_is_serving_once_it_knows_what_was_decided_before() -> None:
    ready = asyncio.Event()
    async with door(ready=ready) as asked:
        statuses = asked.statuses(SERVICE)
        assert await anext(statuses) == "NOT_SERVING"
        ready.set()
        assert await anext(statuses) == "SERVING"
        assert await asked.status("") == "SERVING"
