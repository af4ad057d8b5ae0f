"""A fold over plain dicts, which a test may flush and restart where it likes."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from app.core.commands import Command
from app.core.outputs import Step
from app.core.policy import BUILT_IN, Policy
from app.core.skips import SignedSkip
from app.core.state import TABLES, State
from app.core.step import step
from app.events import AgentMessage, Alert, DeadLetter, Decision, Forgotten, Transition
from app.record import LogRecord
from tests.unit.core.records import PARTITION, START, Record, Signer, genesis, message

Tables = dict[str, dict[bytes, bytes]]


class Fold:
    """Folds records; `cached` bounds the entries that a table keeps decoded."""

    def __init__(
        self,
        policy: Policy = BUILT_IN,
        *,
        plain: bool = False,
        cached: int = 100_000,
        skips: Sequence[SignedSkip] = (),
        open_state: Callable[..., State] = State,
    ) -> None:
        self.tables: Tables = {name: {} for name in TABLES}
        self._open: Callable[[], State] = lambda: open_state(
            PARTITION, self.tables, plain=plain, policy=policy, skips=skips
        )
        self._cached = cached
        self.restart()

    def restart(self) -> None:
        """A new process over the stored tables; what was not flushed is gone."""
        self.state = self._open()
        for table in self.state._tables:
            table._cached = self._cached  # type: ignore[attr-defined]

    def step(self, record: LogRecord) -> Step:
        return step(self.state, record)

    def run(self, records: Iterable[LogRecord]) -> list[Step]:
        return [self.step(record) for record in records]

    def flush(self) -> None:
        for name, writes in self.state.flush().items():
            for key, value in writes:
                if value is None:
                    self.tables[name].pop(key, None)
                else:
                    self.tables[name][key] = value

    def stored(self) -> Tables:
        self.flush()
        return {name: dict(sorted(table.items())) for name, table in self.tables.items()}


class Log:
    """Appends to a fold and reads its answers: what a test of behaviour wants.

    `log.say("ann", "request", to=("bob",))` folds a message a second after the last record.
    """

    def __init__(self, policy: Policy = BUILT_IN, *, commanded: bool = False) -> None:
        self.fold = Fold(policy)
        self.now = START
        self.offset = -1
        self.operator = Signer("operator")
        if commanded:
            self.command(genesis(self.operator))

    def append(self, value: bytes | None, headers: tuple[tuple[str, bytes], ...] = (), *, after_s: float = 1.0) -> Step:
        self.now += int(after_s * 1000)
        self.offset += 1
        return self.fold.step(Record(self.offset, value, headers, self.now))

    def say(
        self,
        agent: str = "ann",
        kind: str = "broadcast",
        to: tuple[str, ...] = (),
        after_s: float = 1.0,
        **fields: object,
    ) -> Step:
        return self.append(message(agent, kind, to, **fields), after_s=after_s)

    def command(self, command: Command, signer: Signer | None = None, *, after_s: float = 1.0) -> Step:
        return self.append(*(signer or self.operator).sign(command), after_s=after_s)

    def trust(self, agent: str, fleet: str = "north") -> float:
        """The agent's score as the next record would find it, without one."""
        probe = self.say(agent, "probe", after_s=0.0, fleet=fleet)
        found = decision(probe).trust_before
        assert found is not None
        return found


def decision(done: Step) -> Decision:
    """The decision of a record that was decided."""
    (found,) = [output.value for output in done.outputs if output.channel == "decisions"]
    return msgspec.json.decode(found, type=Decision)


def dead_letter(done: Step) -> DeadLetter:
    """The dead letter of a record that was refused."""
    (found,) = done.outputs
    assert found.channel == "dead-letters", found.value
    return msgspec.json.decode(found.value, type=DeadLetter)


def alerts(done: Step) -> list[Alert]:
    return [msgspec.json.decode(output.value, type=Alert) for output in done.outputs if output.channel == "alerts"]


def transitions(done: Step) -> list[Transition]:
    found = [output.value for output in done.outputs if output.channel == "enforcement"]
    return [msgspec.json.decode(value, type=Transition) for value in found]


def forgotten(done: Step) -> list[Forgotten]:
    found = [output.value for output in done.outputs if output.channel == "forgotten"]
    return [msgspec.json.decode(value, type=Forgotten) for value in found]


def decoded(value: bytes) -> AgentMessage:
    return msgspec.json.decode(value, type=AgentMessage)
