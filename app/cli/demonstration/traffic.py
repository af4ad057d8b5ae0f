"""Simulated fleets that send to the log in the background."""

import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from app.bus.producer import Producer
from app.bus.spool import Spool
from app.settings import KafkaSettings
from app.simulator.simulation import Plan, simulate
from app.simulator.transmit import transmit
from app.simulator.truth import Label

SCENARIOS = ("healthy", "conflict")
FLUSH_S = 10.0


class Traffic:
    """A healthy fleet and one in conflict, from now on until it is closed.

    agents: of each fleet. rate: messages a second, both fleets together. folder: where the spool lives.
    """

    def __init__(self, kafka: KafkaSettings, folder: Path, *, agents: int, seed: int, rate: float) -> None:
        share, start = rate / len(SCENARIOS), datetime.now(UTC)
        self._plans = [Plan(name, agents=agents, seed=seed, rate=share, start=start) for name in SCENARIOS]
        self._kafka = kafka
        self._folder = folder
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="traffic", daemon=True)
        self._failure: BaseException | None = None
        self.sent = 0
        """Messages that Kafka has acknowledged, known at the end."""
        self.aggressive: set[tuple[str, str]] = set()
        """Fleet and id of the agents that are aggressive by now."""

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and wait until Kafka has what was sent."""
        self.stop()

    def stop(self) -> None:
        """Stop, and wait until Kafka has what was sent; raises what ended the sending before."""
        self._stopping.set()
        self._thread.join()
        self.check()

    def check(self) -> None:
        """Raise what has ended the sending, if it has ended by itself."""
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            with closing(Spool(self._folder)) as spool, Producer(spool, self._kafka) as producer:
                transmit(simulate(*self._plans), producer, self._learn, self._stopping.is_set)
                producer.flush(FLUSH_S)
                self.sent = producer.status().acknowledged
        except BaseException as error:  # noqa: BLE001 - `check` raises it where it is waited for
            self._failure = error

    def _learn(self, label: Label) -> None:
        if label.detector == "aggressive" and label.label:
            self.aggressive.add((label.fleet, label.id))
