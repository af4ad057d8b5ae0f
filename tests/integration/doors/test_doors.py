"""QUAR-2: a quarantined agent is stopped at every door, on a real Kafka, worker, sidecar and Envoy."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import msgspec
import pytest

from app.core.commands import Command, Quarantine, Release, SetPolicy
from app.core.partitioner import home
from tests.system.command import ringfence
from tests.system.envoy import DoorAddress, Envoy
from tests.system.post import Post
from tests.system.sidecar import Answer, Sidecar, ask, service
from tests.system.system import PARTITIONS, System

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]
FLEET, TOKEN = "north", "open-sesame"


class Doors(NamedTuple):
    system: System
    sidecar: Sidecar
    over_http: Envoy
    over_grpc: Envoy

    def command(self, command: Command) -> None:
        post = self.system.signed(command)
        self.system.send([post._replace(partition=home(command.fleet or FLEET, PARTITIONS))])

    def through_envoy(self, agent: str) -> Answer:
        return ask(self.over_http.port, "/work?x=1", as_gateway(agent))

    def through_grpc(self, agent: str) -> Answer:
        return ask(self.over_grpc.port, "/work?x=1", as_gateway(agent))


def as_gateway(agent: str) -> dict[str, str]:
    return {"x-ringfence-fleet": FLEET, "x-ringfence-agent": quote(agent, safe="")}


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory, program: Path) -> Iterator[Doors]:
    """One for all tests, each of which has an agent of its own."""
    folder = tmp_path_factory.mktemp("doors")
    with System(folder) as system, service() as behind:
        system.start("a")
        with (
            Sidecar(folder, system.kafka.bootstrap, stale_after_s="3", token=TOKEN) as sidecar,
            Envoy(folder, program, door=DoorAddress(sidecar.port, token=TOKEN), service=behind) as over_http,
            Envoy(
                folder, program, door=DoorAddress(sidecar.grpc_port, grpc=True, token=TOKEN), service=behind
            ) as over_grpc,
        ):
            yield Doors(system, sidecar, over_http, over_grpc)


def test_a_contained_agent_is_stopped_at_the_doors_and_the_others_are_not(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doors.through_envoy("bob")[::2] == (200, b"hello")
    assert doors.sidecar.check(FLEET, "bob")["state"] == "trusted"

    doors.command(Quarantine(fleet=FLEET, agent_id="bob", reason="drains the queue", actor="ann"))
    doors.system.wait_until(lambda: doors.through_envoy("bob").status == 403, "Envoy turns bob away")
    denied = doors.through_envoy("bob")
    assert b"drains the queue" in denied.body
    assert denied.headers["x-ringfence-state"] == "quarantined"
    monkeypatch.setenv("RINGFENCE_SIDECAR__TOKEN", TOKEN)
    told = ringfence("check", FLEET, "bob", "--url", f"http://127.0.0.1:{doors.sidecar.port}")
    assert "north/bob is turned away (quarantined, enforce: drains the queue)" in told
    said = doors.sidecar.check(FLEET, "bob")
    assert (said["allow"], said["verdict"], said["actor"], said["fresh"]) == (False, "deny", "ann", True)
    assert doors.through_envoy("ann").status == 200
    assert doors.sidecar.check("south", "bob")["allow"]

    doors.command(Release(fleet=FLEET, agent_id="bob", reason="mended"))
    doors.system.wait_until(lambda: doors.through_envoy("bob").status == 200, "Envoy lets bob through again")


def test_both_modes_of_envoy_say_the_same(doors: Doors) -> None:
    """Of a name that a header cannot hold as it is."""
    name = "tools/böb, the 100%"
    for answer in (doors.through_envoy(name), doors.through_grpc(name)):
        assert answer[::2] == (200, b"hello")
    assert doors.through_grpc(name).headers["x-told"] == "trusted"

    doors.command(Quarantine(fleet=FLEET, agent_id=name, reason="drains the queue", actor="ann"))
    doors.system.wait_until(lambda: doors.through_grpc(name).status == 403, "Envoy turns the agent away")
    denied = [doors.through_envoy(name), doors.through_grpc(name)]
    assert denied[0].body == denied[1].body
    assert b"drains the queue" in denied[1].body
    told = ("content-type", "x-ringfence-state", "x-ringfence-verdict", "x-ringfence-epoch", "x-ringfence-fresh")
    assert [denied[0].headers[header] for header in told] == [denied[1].headers[header] for header in told]
    for envoy in (doors.over_http, doors.over_grpc):
        assert ask(envoy.port, "/livez", as_gateway(name), method="DELETE").status == 403
        own = {**as_gateway("ann"), "authorization": "Bearer of-the-client"}
        assert ask(envoy.port, "/", own).status == 200
        assert ask(envoy.port, "/%2e%2e/x", as_gateway("ann"), method="DELETE").status == 200


def test_a_door_forgets_whom_the_fold_has_forgotten(doors: Doors) -> None:
    """And is told where such an agent is contained again."""
    policy = msgspec.Raw(b'{"version":9,"mode":"enforce","enforcement":{"probation_s":1,"forget_after_s":1}}')
    doors.command(SetPolicy(fleet="brief", policy=policy))

    def epoch() -> object:
        return doors.sidecar.check("brief", "bob")["epoch"]

    doors.command(Quarantine(fleet="brief", agent_id="bob", reason="a drill"))
    doors.system.wait_until(lambda: epoch() == 1, "bob is contained")
    doors.command(Release(fleet="brief", agent_id="bob", reason="the drill is over", probation=True))
    doors.system.wait_until(lambda: epoch() == 0, "bob is forgotten")
    assert doors.sidecar.check("brief", "bob")["allow"] is True
    doors.command(Quarantine(fleet="brief", agent_id="bob", reason="a drill"))
    doors.system.wait_until(lambda: epoch() == 4, "bob is contained again")


def test_a_request_without_an_identity_is_turned_away(doors: Doors) -> None:
    for envoy in (doors.over_http, doors.over_grpc):
        denied = ask(envoy.port, "/")
        assert denied.status == 403
        assert b"x-ringfence-agent" in denied.body


def test_an_identity_beside_that_of_the_gateway_opens_no_door(doors: Doors) -> None:
    twice = [("x-ringfence-fleet", FLEET), ("x-ringfence-agent", "ann"), ("x-ringfence-agent", "cy")]
    for envoy in (doors.over_http, doors.over_grpc):
        denied = ask(envoy.port, "/", twice)
        assert denied.status == 403
        assert b"more than one" in denied.body


def test_a_gateway_without_the_token_lets_nobody_through(doors: Doors, program: Path, tmp_path: Path) -> None:
    sidecar = doors.sidecar
    with (
        service() as behind,
        Envoy(tmp_path, program, door=DoorAddress(sidecar.port), service=behind) as over_http,
        Envoy(tmp_path, program, door=DoorAddress(sidecar.grpc_port, grpc=True), service=behind) as over_grpc,
    ):
        assert ask(over_http.port, "/", {**as_gateway("ann"), "authorization": "Bearer wrong"}).status == 401
        assert ask(over_grpc.port, "/", as_gateway("ann")).status == 403


def test_a_door_says_when_the_fold_is_silent_and_knows_again_when_it_is_back(doors: Doors) -> None:
    doors.command(Quarantine(fleet=FLEET, agent_id="eve", reason="drains the queue"))
    doors.system.wait_until(lambda: not doors.sidecar.check(FLEET, "eve")["allow"], "eve is contained")
    doors.system.stop()
    doors.system.wait_until(lambda: doors.sidecar.check(FLEET, "eve")["fresh"] is False, "the door is out of touch")
    assert doors.sidecar.check(FLEET, "eve")["allow"] is False
    assert doors.sidecar.check(FLEET, "ann")["allow"] is True
    doors.system.start("a")
    doors.system.wait_until(lambda: doors.sidecar.check(FLEET, "eve")["fresh"] is True, "the door is in touch again")


def test_a_new_door_knows_what_was_decided_before_it_opened(doors: Doors, tmp_path: Path) -> None:
    doors.command(Quarantine(fleet=FLEET, agent_id="cy", reason="drains the queue"))
    doors.system.wait_until(lambda: not doors.sidecar.check(FLEET, "cy")["allow"], "cy is contained")
    with Sidecar(tmp_path, doors.system.kafka.bootstrap) as late:
        assert late.check(FLEET, "cy")["allow"] is False


def test_repeated_messages_of_a_bad_agent_close_the_doors_by_themselves(doors: Doors) -> None:
    """From misbehaviour to the first refusal, without a person; the policy is enforce."""
    doors.system.put_in_force({"version": 1, "mode": "enforce", "trust": {"prior": 1}})
    failed = {"agent_id": "dan", "message_type": "response", "fleet": FLEET, "target_agents": ["ann"]}
    doors.system.send(
        Post(FLEET.encode(), msgspec.json.encode({**failed, "content": {"error": f"no {number}"}}))
        for number in range(8)
    )
    doors.system.wait_until(lambda: doors.through_envoy("dan").status == 403, "Envoy turns dan away")
    assert "trust" in str(doors.sidecar.check(FLEET, "dan")["reason"])
