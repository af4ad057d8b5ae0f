"""STREAM-4, T10 (design decision 2): a log of any history is decided the same after it has moved."""

from random import Random

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.archive.repartition.merge import merge
from app.archive.repartition.routing import Placed, Routing
from app.archive.repartition.survey import Survey
from app.bus.envelope import Envelope
from app.bus.issuer import Issuer
from app.core.commands import Command, EnrollKey, Quarantine, Release, SetPolicy
from app.core.partitioner import home
from app.core.state import TABLES, State
from app.core.step import step
from app.events import Decision, Header, Transition
from app.topics import RAW

OPERATOR = Issuer("operator", Ed25519PrivateKey.generate())
WORKER = Issuer("worker-1", Ed25519PrivateKey.generate())
FLEETS = [f"fleet-{number}" for number in range(7)]
START = 1_700_000_000_000
Outcome = tuple[list[Decision], list[Transition]]

_decision = msgspec.json.Decoder(Decision)


class Log:
    """A log that is folded as it grows; misplaced records have their copies at home a little later."""

    def __init__(self, partitions: int) -> None:
        self.records: list[list[Envelope]] = [[] for _ in range(partitions)]
        self.letters: list[Envelope] = []
        self.decisions: dict[str, list[Decision]] = {}
        self._states = [State(number, {table: {} for table in TABLES}) for number in range(partitions)]
        self._on_the_way: list[Placed] = []
        for number in range(partitions):
            self.command(self._genesis(number, partitions), number, START)

    def append(self, placed: Placed) -> None:
        """Append and fold."""
        log = self.records[placed.partition]
        log.append(
            Envelope(
                RAW.name, placed.partition, len(log), placed.timestamp, placed.key, placed.value, list(placed.headers)
            )
        )
        self._fold(log[-1])

    def command(self, command: Command, partition: int, timestamp: int) -> None:
        """Append a command of the operator."""
        value, headers = OPERATOR.sign(command)
        self.append(Placed(partition, None, value, headers, timestamp))

    def arrive(self) -> None:
        """The oldest copy that is on the way comes home."""
        if self._on_the_way:
            self.append(self._on_the_way.pop(0))

    def settle(self) -> None:
        """All copies come home."""
        while self._on_the_way:
            self.arrive()

    def _fold(self, record: Envelope) -> None:
        for output in step(self._states[record.partition], record).outputs:
            if output.channel == "decisions":
                decision = _decision.decode(output.value)
                self.decisions.setdefault(decision.fleet or "", []).append(decision)
            elif output.channel == "dead-letters":
                self.letters.append(msgspec.structs.replace(record, value=output.value))
            elif output.channel == "forward":
                self._on_the_way.append(self._copy(record, output.key))

    def _copy(self, record: Envelope, fleet: bytes) -> Placed:
        target = home(fleet.decode(), len(self.records))
        headers = [*record.headers, *WORKER.sign_copy(record, "forward", target)]
        return Placed(target, fleet, record.value, headers, record.timestamp)

    def _genesis(self, number: int, partitions: int) -> Command:
        return EnrollKey(
            partition=number, name="operator", public_key=OPERATOR.public_key, role="operator", partitions=partitions
        )


def live(random: Random, partitions: int, events: int = 80) -> Log:
    """A log of messages with sources, repeats, misplaced and broken ones, and of commands."""
    log, sequence, sent = Log(partitions), 0, list[Placed]()
    for number in range(partitions):
        worker = EnrollKey(partition=number, name=WORKER.name, public_key=WORKER.public_key, role="worker")
        log.command(worker, number, START)
    for event in range(events):
        now, chance = START + event * random.choice((0, 10, 400)), random.random()
        if chance < 0.05:
            _give_policy(log, event + 1, now)
        elif chance < 0.1:
            fleet = random.choice(FLEETS)
            kind = random.choice((Quarantine, Release))
            log.command(kind(fleet=fleet, agent_id="agent-1", reason="test"), home(fleet, partitions), now)
        elif chance < 0.2 and sent:
            log.append(random.choice(sent))
        else:
            sequence += 1
            sent.append(_message(random, partitions, sequence, now))
            log.append(sent[-1])
        if random.random() < 0.4:
            log.arrive()
    log.settle()
    return log


def _give_policy(log: Log, version: int, now: int) -> None:
    policy = msgspec.Raw(b'{"version":%d,"mode":"enforce","trust":{"prior":%d}}' % (version, version % 5 + 1))
    for number in range(len(log.records)):
        log.command(SetPolicy(partition=number, policy=policy), number, now + number)


def _message(random: Random, partitions: int, sequence: int, now: int) -> Placed:
    fleet = random.choice(FLEETS)
    body = {
        "fleet": fleet,
        "agent_id": f"agent-{random.randrange(3)}",
        "message_type": random.choice(("resource_request", "resource_release", "request", "response")),
        "content": {"resource": "gpu", "status": random.choice(("ok", "error"))},
        "target_agents": ["agent-0"],
        "correlation_id": "c",
    }
    value = b"broken" if random.random() < 0.05 else msgspec.json.encode(body)
    headers = [(Header.SOURCE, b"spool"), (Header.SOURCE_SEQUENCE, b"%d" % sequence)] if random.random() < 0.7 else []
    place = home(fleet, partitions) if random.random() < 0.85 else random.randrange(partitions)
    return Placed(place, fleet.encode(), value, headers, now)


def moved(log: Log, partitions: int) -> Log:
    survey = Survey()
    survey.read_letters(log.letters)
    for records in log.records:
        for record in records:
            survey.read(record)
    new = Log(partitions)
    routing = Routing(survey, len(log.records), partitions, OPERATOR)
    for record in merge({number: iter(records) for number, records in enumerate(log.records)}, survey):
        for placed in routing.route(record):
            new.append(placed)
    return new


def outcome(log: Log, fleet: str) -> Outcome:
    """What was decided of a fleet at home, without positions."""
    decisions = [
        each for each in log.decisions.get(fleet, []) if each.kind == "control" or each.trust_before is not None
    ]
    transitions = [
        msgspec.structs.replace(each, position=0, evidence=()) for made in decisions for each in made.transitions
    ]
    return [_placeless(each) for each in decisions], transitions


def _placeless(decision: Decision) -> Decision:
    changes = tuple(msgspec.structs.replace(change, evidence=()) for change in decision.changes)
    patterns = tuple(msgspec.structs.replace(pattern, evidence=()) for pattern in decision.patterns)
    return msgspec.structs.replace(decision, position=0, changes=changes, patterns=patterns, transitions=())


@given(seed=st.integers(0, 2**32), before=st.integers(1, 5), after=st.integers(1, 7))
def test_every_fleet_is_decided_as_before(seed: int, before: int, after: int) -> None:
    log = live(Random(seed), before)
    new = moved(log, after)
    for fleet in FLEETS:
        assert outcome(new, fleet) == outcome(log, fleet), fleet
    assert not any(decision.kind == "forwarded" for made in new.decisions.values() for decision in made)
