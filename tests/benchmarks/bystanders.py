"""What the containment of one agent costs the others: messages that they get through their door and into the log."""

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from confluent_kafka import Producer

from app.bus.commanding import Commander
from app.bus.door import Door
from app.bus.issuer import load_or_make_issuer
from app.core.commands import Command, Quarantine, Release
from app.embedded.ports import HOST
from app.events import AgentMessage
from app.topics import RAW
from tests.benchmarks.alternating import Pair, take_turns
from tests.benchmarks.running import wait_for
from tests.benchmarks.system import System, system
from tests.system.sidecar import Sidecar

FLEET = "crowd"
SUSPECT, *OTHERS = (f"agent-{number}" for number in range(8))
_encode = msgspec.json.Encoder().encode


class Crowd:
    """Agents that say something as fast as their door lets them, one after the other."""

    def __init__(self, made: System, door: Door, commander: Commander, seconds: float) -> None:
        self._made = made
        self._door = door
        self._commander = commander
        self._seconds = seconds
        self._producer = Producer(
            {"bootstrap.servers": made.bootstrap, "linger.ms": 5, "partitioner": "murmur2_random"}
        )
        self._said = 0

    def free(self) -> float:
        """Messages a second of the others while nobody is contained."""
        return self._talk()

    def contained(self) -> float:
        """The same while one is."""
        self._command(Quarantine(fleet=FLEET, agent_id=SUSPECT, reason="measured"), allows=False)
        rate = self._talk()
        self._command(Release(fleet=FLEET, agent_id=SUSPECT, reason="measured"), allows=True)
        return rate

    def _command(self, command: Command, *, allows: bool) -> None:
        self._commander.send(command)
        wait_for(lambda: self._door.ask(FLEET, SUSPECT).allow is allows, self._made.workers[0])

    def _talk(self) -> float:
        others, started = 0, time.perf_counter()
        while (passed := time.perf_counter() - started) < self._seconds:
            for agent in (SUSPECT, *OTHERS):
                others += self._says(agent) and agent != SUSPECT
        self._producer.flush(30)
        self._made.wait_until_caught_up()
        return others / passed

    def _says(self, agent: str) -> bool:
        if not self._door.ask(FLEET, agent).allow:
            return False
        self._said += 1
        message = AgentMessage(
            agent_id=agent,
            message_type="inform",
            content=msgspec.Raw(b'{"text":"number %d"}' % self._said),
            target_agents=(OTHERS[self._said % len(OTHERS)],),
            fleet=FLEET,
        )
        self._producer.produce(RAW.name, _encode(message), FLEET)
        self._producer.poll(0)
        return True


def measure_bystanders(folder: Path, pairs: int, seconds: float) -> Sequence[Pair[float]]:
    """Alternating runs of so many seconds each."""
    with system(folder) as made:
        made.start()
        made.wait_until_caught_up()
        operator = load_or_make_issuer("operator", folder / "operator.pem")
        with (
            Sidecar(folder, made.bootstrap) as sidecar,
            Door(f"http://{HOST}:{sidecar.port}") as door,
            Commander(made.settings.kafka, operator) as commander,
        ):
            crowd = Crowd(made, door, commander, seconds)
            crowd.free()
            return list(take_turns(pairs, crowd.free, crowd.contained))
