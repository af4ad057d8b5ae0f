"""QUAR-7: behind a gateway that is set up as docs/doors.md says, a client cannot say who it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.embedded.ports import free_port
from tests.system.envoy import DoorAddress, Envoy
from tests.system.sidecar import Headers, ask, service
from tests.unit.api.doors.samples import book_of, sidecar, transition

pytestmark = pytest.mark.timeout(120)

SPOOFED: Headers = [("x-ringfence-fleet", "north"), ("x-ringfence-agent", "ann"), ("X-RINGFENCE-AGENT", "cy")]
SETS_BOB = (
    "- {name: envoy.filters.http.header_mutation, typed_config: {"
    '"@type": type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation, '
    "mutations: {request_mutations: [{append: {header: {key: x-ringfence-agent, value: bob}, "
    "append_action: OVERWRITE_IF_EXISTS_OR_ADD}}]}}}"
)
SETS_BOB_TOO_LATE = (
    "request_headers_to_add: [{header: {key: x-ringfence-agent, value: bob}, "
    "append_action: OVERWRITE_IF_EXISTS_OR_ADD}]"
)
SAYS_BOB = (
    "typed_per_filter_config: {envoy.filters.http.ext_authz: {"
    '"@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute, '
    "check_settings: {context_extensions: {x-ringfence-agent: bob}}}}"
)
ADDS_BOB = SETS_BOB.replace("OVERWRITE_IF_EXISTS_OR_ADD", "APPEND_IF_EXISTS_OR_ADD")


@pytest.fixture(scope="module")
def ports() -> Iterator[tuple[int, int]]:
    """Of a sidecar in whose fleet `north` bob is quarantined: HTTP, gRPC."""
    grpc_port = free_port()
    with sidecar(book_of(transition()), grpc_port=grpc_port) as port:
        yield port, grpc_port


@pytest.mark.parametrize("grpc", [False, True], ids=["http", "grpc"])
@pytest.mark.parametrize(
    ("before", "said"),
    [
        pytest.param(SETS_BOB, b"trust 12.0", id="set by a filter in front"),
        pytest.param(ADDS_BOB, b"more than one", id="added to what the client says"),
    ],
)
def test_a_client_cannot_pass_for_another(  # noqa: PLR0913 - fixtures and parameters
    ports: tuple[int, int], program: Path, tmp_path: Path, *, grpc: bool, before: str, said: bytes
) -> None:
    door = DoorAddress(ports[grpc], grpc, before=before)
    with service() as behind, Envoy(tmp_path, program, door=door, service=behind) as envoy:
        denied = ask(envoy.port, "/", SPOOFED)
    assert denied.status == 403
    assert said in denied.body


def test_what_the_route_says_over_grpc_wins_over_what_the_client_says(
    ports: tuple[int, int], program: Path, tmp_path: Path
) -> None:
    door = DoorAddress(ports[1], grpc=True, route=SAYS_BOB)
    with service() as behind, Envoy(tmp_path, program, door=door, service=behind) as envoy:
        assert b"trust 12.0" in ask(envoy.port, "/", SPOOFED).body


def test_headers_that_a_route_adds_come_too_late(ports: tuple[int, int], program: Path, tmp_path: Path) -> None:
    """Why the documentation asks for a filter."""
    door = DoorAddress(ports[0], route=SETS_BOB_TOO_LATE)
    with service() as behind, Envoy(tmp_path, program, door=door, service=behind) as envoy:
        assert ask(envoy.port, "/", SPOOFED[:2]).status == 200


def test_what_a_client_says_of_its_state_does_not_reach_the_service(
    ports: tuple[int, int], program: Path, tmp_path: Path
) -> None:
    door = DoorAddress(ports[1], grpc=True)
    with service() as behind, Envoy(tmp_path, program, door=door, service=behind) as envoy:
        allowed = ask(envoy.port, "/", [*SPOOFED[:2], ("x-ringfence-state", "released")])
    assert (allowed.status, allowed.headers["x-told"]) == (200, "trusted")
