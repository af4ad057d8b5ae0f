"""REDIS-1, REDIS-2 on real parts: Kafka, a worker, the sinks and a Valkey that is killed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import redis

from app.archive.stored_table import read_table
from app.bus.reader import latest_values
from app.core.commands import Quarantine
from app.core.entries import AgentEntry
from app.core.partitioner import home
from app.core.policy import TrustPolicy
from app.core.trust import trust_of
from app.embedded.valkey import ValkeyServer
from app.events import Transition
from app.mirror.keys import Keys
from app.mirror.score import Score
from app.topics import ENFORCEMENT
from tests.system.command import ringfence
from tests.system.post import Post
from tests.system.sinks import Sinks
from tests.system.system import PARTITIONS, System

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]
FLEETS = ("north", "south", "a:b}")


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    with System(tmp_path) as system:
        system.start("a")
        yield system


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    with ValkeyServer(tmp_path / "valkey") as server:
        yield server


def _misbehave(system: System, rounds: int) -> None:
    """Agents that fail at requests, some more often than others; one of them is contained."""
    for fleet in FLEETS:
        system.send(
            Post(
                fleet.encode(),
                msgspec.json.encode(
                    {
                        "fleet": fleet,
                        "agent_id": f"agent-{number}",
                        "message_type": "response",
                        "target_agents": ["ann"],
                        "content": {"error": f"no {turn}"},
                    }
                ),
            )
            for turn in range(rounds)
            for number in range(turn, rounds)
        )
        command = system.signed(Quarantine(fleet=fleet, agent_id=f"agent-{rounds}", reason="drains the queue"))
        system.send([command._replace(partition=home(fleet, PARTITIONS))])
    system.settle()


def _tables(system: System) -> dict[tuple[str, str], float]:
    entries = read_table(system.settings, system.app_id, "agents", AgentEntry)
    policy = TrustPolicy()
    return {(str(key[0]), str(key[1])): trust_of(entry.good, entry.bad, policy) for key, entry in entries.items()}


def _states(system: System) -> dict[tuple[str, str], Transition]:
    latest = latest_values(system.settings, ENFORCEMENT.name).values()
    transitions = [msgspec.json.decode(record.value or b"", type=Transition) for record in latest]
    return {(transition.fleet, transition.agent_id): transition for transition in transitions}


class Mirror:
    def __init__(self, url: str) -> None:
        self._url = url
        self._keys = Keys("ringfence")

    def trust(self) -> dict[tuple[str, str], float]:
        with redis.Redis.from_url(self._url, decode_responses=True) as client:
            return {
                (fleet, agent): msgspec.json.decode(value, type=Score).trust
                for fleet in FLEETS
                for agent, value in dict(client.hgetall(self._keys.fleet(fleet).scores)).items()
            }

    def states(self) -> dict[tuple[str, str], Transition]:
        with redis.Redis.from_url(self._url, decode_responses=True) as client:
            return {
                (fleet, agent): msgspec.json.decode(value, type=Transition)
                for fleet in FLEETS
                for agent, value in dict(client.hgetall(self._keys.fleet(fleet).enforcement)).items()
            }


def test_the_mirror_equals_the_tables_and_catches_up_with_a_valkey_that_lost_everything(
    system: System, valkey: ValkeyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = Mirror(valkey.url)
    environment = {"RINGFENCE_KAFKA__BOOTSTRAP": system.kafka.bootstrap, "RINGFENCE_REDIS__URL": valkey.url}
    with Sinks(tmp_path, environment) as sinks:
        _misbehave(system, 6)
        system.wait_until(lambda: mirror.trust() == _tables(system) != {}, "the mirror equals the tables")
        system.wait_until(lambda: mirror.states() == _states(system) != {}, "the states are mirrored")

        valkey.kill()
        shutil.rmtree(valkey.data / "appendonlydir")
        _misbehave(system, 8)
        valkey.start()
        system.wait_until(lambda: mirror.trust() == _tables(system), "the mirror has caught up")
        system.wait_until(lambda: mirror.states() == _states(system), "the states too")
        assert sinks.process.running

        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        north = Keys("ringfence").fleet("north")
        with redis.Redis.from_url(valkey.url) as client:
            client.delete(Keys("ringfence").fleet("a:b}").scores)
            client.hset(north.scores, "ghost", client.hget(north.scores, "agent-1") or b"")
        assert "1 fleet rebuilt" in ringfence("mirror", "rebuild", "--fleet", "a:b}")
        assert ("north", "ghost") in mirror.trust()
        assert "3 fleets rebuilt" in ringfence("mirror", "rebuild")
        assert mirror.trust() == _tables(system)
        assert mirror.states() == _states(system)
