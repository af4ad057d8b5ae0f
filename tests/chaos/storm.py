"""A storm: workers and the broker are killed, frozen, added and removed under a steady load."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tests.system.load import SteadyLoad
from tests.system.post import Disorder, posts
from tests.system.system import System
from tests.system.worker import WorkerProcess

PAUSE_S = (0.3, 3.3)
"""Shortest and longest time between two blows."""


Blow = Callable[[], None]


class Plan(NamedTuple):
    """How hard it blows. Equal plans deal the same blows in the same order."""

    kills: int
    """SIGKILLs of workers."""
    rounds: int = 1
    """How often the broker is killed, a worker is frozen, one is added and one removed."""
    rate: float = 2_000.0
    """Messages a second."""
    seed: int = 0


class Weathered(NamedTuple):
    """What a storm was in fact."""

    kills: int
    rate: float
    """Messages a second, as appended."""
    sent: int


class Storm:
    """Deals the blows of a plan to a system with two workers."""

    def __init__(self, system: System, plan: Plan) -> None:
        self.kills = 0
        self._system = system
        self._plan = plan
        self._random = Random(plan.seed)
        self._added = 0

    def blow(self) -> Weathered:
        """Start two workers and the load, deal all blows, stop the load."""
        self._system.start("worker-0", "worker-1")
        messages = posts(seed=self._plan.seed, disorder=Disorder())
        with SteadyLoad(self._system.sender, messages, self._plan.rate) as load:
            for blow in self._blows():
                self._let_pass(load, self._random.uniform(*PAUSE_S))
                blow()
            self._let_pass(load, PAUSE_S[1])
        return Weathered(self.kills, load.appended / load.seconds, self._system.sender.sent)

    def _blows(self) -> list[Blow]:
        once: list[Blow] = [self.kill_broker, self.freeze, self.add, self.remove]
        blows = [self.kill] * self._plan.kills + once * self._plan.rounds
        self._random.shuffle(blows)
        return blows

    def _let_pass(self, load: SteadyLoad, seconds: float) -> None:
        end = load.seconds + seconds
        while load.seconds < end:
            self._system.supervise()

    def kill(self) -> None:
        """SIGKILL a worker, whatever it is doing."""
        worker = self._random.choice(self._wanted())
        self._system.wait_until(lambda: worker.running, f"{worker.name} runs again")
        worker.kill()
        self.kills += 1

    def kill_broker(self) -> None:
        """SIGKILL the broker and start it again."""
        self._system.kafka.kill()
        self._system.kafka.start()

    def freeze(self) -> None:
        """SIGSTOP a worker until others have all its partitions, so that it wakes up as a zombie."""
        self._have_two()
        self._system.wait_until(lambda: any(map(self._system.owned, self._wanted())), "a worker folds")
        worker = max(self._wanted(), key=lambda worker: len(self._system.owned(worker)))
        worker.freeze()
        self._system.wait_until(lambda: not self._system.owned(worker), f"others fold what {worker.name} had")
        worker.thaw()

    def add(self) -> None:
        """Start one more worker."""
        self._added += 1
        self._system.start(f"added-{self._added}")

    def remove(self) -> None:
        """Stop a worker in order, for good; never the last one."""
        self._have_two()
        self._wanted()[0].stop()

    def _have_two(self) -> None:
        if len(self._wanted()) == 1:
            self.add()

    def _wanted(self) -> list[WorkerProcess]:
        return [worker for worker in self._system.workers.values() if worker.wanted]
