"""Logs for the properties of the fold: good messages, commands good and bad, copies, repeats, garbage."""

from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

import msgspec
from hypothesis import strategies as st

from app.core.commands import (
    Appeal,
    Command,
    EnrollKey,
    Opine,
    Quarantine,
    Release,
    RevokeKey,
    SetMode,
    SetPolicy,
    Tick,
)
from app.core.policy import parse_policy
from app.events import Header, Mode
from tests.unit.core.records import (
    ELSEWHERE,
    HOME_FLEETS,
    PARTITION,
    PARTITIONS,
    START,
    Headers,
    Record,
    Signer,
    genesis,
    message,
)  # fmt: skip

AGENTS = ("ann", "bob", "cy", "dé", "\U0001f916")
RESOURCES = ("gpu", "db")
CONVERSATIONS = ("c1", "c2")

SHORT = {
    "trust": {"half_life_s": 60, "forget_after_s": 300, "prior": 1},
    "contention": {"request_timeout_s": 5, "hold_timeout_s": 30},
    "conversation": {"answer_timeout_s": 20, "max_open": 3},
    "repeat": {"window_s": 10, "max_remembered": 3},
    "enforcement": {
        "quarantine_s": 40,
        "throttle_s": 20,
        "probation_s": 30,
        "forget_after_s": 60,
        "window_s": 200,
        "max_least": 2,
    },
    "incident": {"quiet_s": 7},
    "graph": {"half_life_s": 20, "forget_after_s": 45, "delta_s": 2, "max_edges": 2},
}
"""Every wait is short, so that a small log meets every timer."""
SHORT_POLICY = parse_policy(msgspec.json.encode(SHORT))

Flaw = Literal["none", "forged", "copied", "misdirected", "unsigned", "wrong role", "unknown issuer"]
FLAWS: tuple[Flaw, ...] = ("forged", "copied", "misdirected", "unsigned", "wrong role", "unknown issuer")


class Draft(NamedTuple):
    """A record before it has a place: milliseconds after the last one (late ones below 0), and how to write it."""

    elapsed: int
    write: "Callable[[Writer], tuple[bytes | None, Headers]]"


class Writer:
    """Writes drafts one after another; knows the keys, and what was written before."""

    def __init__(self) -> None:
        self.operator = Signer("operator")
        self.worker = Signer("worker")
        self.stranger = Signer("stranger")
        self.commands: list[tuple[bytes, Headers]] = []
        self.sequence = 0
        self.records: list[Record] = []
        self._now = START

    def append(self, draft: Draft) -> None:
        self._now += max(0, draft.elapsed)
        value, headers = draft.write(self)
        stamp = self._now + min(0, draft.elapsed)
        self.records.append(Record(len(self.records) * 2, value, headers, stamp))

    def command(self, command: Command, flaw: Flaw = "none") -> tuple[bytes, Headers]:
        if flaw == "copied" and self.commands:
            return self.commands[len(self.records) % len(self.commands)]
        signer = {"wrong role": self.worker, "unknown issuer": self.stranger}.get(flaw, self.operator)
        if flaw == "misdirected":
            command = msgspec.structs.replace(command, fleet=None, partition=(PARTITION + 1) % PARTITIONS)
        value, headers = signer.sign(command)
        if flaw == "none":
            self.commands.append((value, headers))
        if flaw == "forged":
            return value, tuple(
                (name, data[::-1]) if name == Header.SIGNATURE else (name, data) for name, data in headers
            )
        if flaw == "unsigned":
            return value, headers[:1]
        return value, headers


def write(drafts: list[Draft], *, commanded: bool = True) -> list[Record]:
    """The log of the drafts, after the records that enroll the operator's and the worker's key."""
    writer = Writer()
    if commanded:
        writer.append(Draft(0, lambda w: w.command(genesis(w.operator))))
        writer.append(Draft(0, _enroll_worker))
    for draft in drafts:
        writer.append(draft)
    return writer.records


def _enroll_worker(writer: Writer) -> tuple[bytes, Headers]:
    worker = writer.worker
    return writer.command(EnrollKey(partition=PARTITION, name=worker.name, public_key=worker.public_key, role="worker"))


elapsed = st.sampled_from((0, 1, 40, 900, 4_000, 15_000, 61_000, 400_000, -5_000, -700_000))
agents = st.sampled_from(AGENTS)
targets = st.lists(agents, max_size=3, unique=True).map(tuple)
fleets = st.sampled_from((*HOME_FLEETS, HOME_FLEETS[0], HOME_FLEETS[0], ELSEWHERE))

_contents: dict[str, st.SearchStrategy[object]] = {
    "resource": st.sampled_from(RESOURCES),
    "amount": st.sampled_from((1, 2, 0.5, "many", -1, 10**20)),
    "capacity": st.sampled_from((1, 3, None)),
    "error": st.sampled_from(("", "timeout", None)),
    "status": st.sampled_from(("ok", "error")),
    "kind": st.sampled_from(("resource_request", "refusal", "vote", "")),
}
contents = st.fixed_dictionaries({}, optional=_contents)
kinds = st.sampled_from(
    ("request", "response", "broadcast", "resource_request", "resource_grant", "resource_refuse", "resource_release")
)
ids = st.sampled_from((None, None, "m1", "m2"))


@st.composite
def values(draw: st.DrawFn) -> bytes:
    """The values of good messages."""
    return message(
        draw(agents),
        draw(kinds),
        draw(targets),
        fleet=draw(fleets),
        content=draw(contents),
        conversation_id=draw(st.sampled_from((None, *CONVERSATIONS))),
        id=draw(ids),
    )


def _spooled(writer: Writer, value: bytes, step: int) -> tuple[bytes, Headers]:
    writer.sequence += step
    number = b"%d" % max(0, writer.sequence)
    return value, ((Header.SOURCE, b"spool"), (Header.SOURCE_SEQUENCE, number))


def _copied(writer: Writer, value: bytes, place: tuple[int, str]) -> tuple[bytes, Headers]:
    offset, reason = place
    signer = writer.worker if reason == "forward" else writer.operator
    return value, signer.sign_copy(Record(offset, value, partition=(PARTITION + 1) % PARTITIONS), reason)


@st.composite
def says(draw: st.DrawFn) -> Draft:
    """Good messages: bare, from a spool (now and then again), or copied."""
    value, way = draw(values()), draw(st.sampled_from(("bare", "bare", "spooled", "copied")))
    if way == "spooled":
        step = draw(st.sampled_from((1, 1, 1, 0, -1)))
        return Draft(draw(elapsed), lambda writer: _spooled(writer, value, step))
    if way == "copied":
        place = draw(st.tuples(st.integers(0, 5), st.sampled_from(("forward", "redriven"))))
        return Draft(draw(elapsed), lambda writer: _copied(writer, value, place))
    return Draft(draw(elapsed), lambda _: (value, ()))


@st.composite
def policies(draw: st.DrawFn) -> dict[str, object]:
    mode = draw(st.sampled_from(("off", "shadow", "warn", "enforce")))
    rest = draw(st.sampled_from((SHORT, {}, {**SHORT, "trust": {**SHORT["trust"], "error": 50, "conflict": 20}})))
    return {"mode": mode, **rest}


def _verdict(kind: str, fleet: str, agent: str, for_s: float | None) -> Command:
    """What a person commands about an agent."""
    match kind:
        case "quarantine":
            return Quarantine(fleet=fleet, agent_id=agent, reason="seen", for_s=for_s)
        case "appeal":
            return Appeal(fleet=fleet, agent_id=agent, reason="was it I?", actor=agent)
        case "opine":
            return Opine(
                fleet=fleet,
                pattern="low_trust",
                subject=agent,
                alert_id=f"{fleet}:low_trust:1",
                verdict="unsure",
                confidence=0.5,
                rationale="hm",
                model="m",
            )
        case _:
            return Release(fleet=fleet, agent_id=agent, reason="asked", probation=kind == "parole")


@st.composite
def commands(draw: st.DrawFn, flaws: tuple[Flaw, ...] = ("none", "none", "none", *FLAWS)) -> Draft:
    """Control records, most of them valid."""
    flaw, fleet, agent, whole = (
        draw(st.sampled_from(flaws)), draw(st.sampled_from(HOME_FLEETS)), draw(agents), draw(st.booleans())
    )  # fmt: skip
    kind = draw(
        st.sampled_from(("policy", "mode", "quarantine", "release", "parole", "appeal", "opine", "revoke", "enroll"))
    )
    document, for_s = draw(policies()), draw(st.sampled_from((None, 3.0, 90.0)))
    mode = draw(st.sampled_from(get_args(Mode)))

    def make(writer: Writer) -> Command:
        addressed = {"partition": PARTITION} if whole else {"fleet": fleet}
        if kind == "policy":
            body = msgspec.json.encode({"version": len(writer.records), **document})
            return SetPolicy(policy=msgspec.Raw(body), **addressed)
        if kind == "mode":
            return SetMode(fleet=fleet, mode=mode, pattern="low_trust" if for_s else None)
        if kind == "revoke":
            return RevokeKey(partition=PARTITION, name=draw_name(writer))
        if kind == "enroll":
            return enrollment(writer)
        return _verdict(kind, fleet, agent, for_s)

    def enrollment(writer: Writer) -> Command:
        return EnrollKey(partition=PARTITION, name="second", public_key=writer.stranger.public_key, role="operator")

    def draw_name(writer: Writer) -> str:
        return ("second", writer.operator.name, "nobody")[len(writer.records) % 3]

    return Draft(draw(elapsed), lambda writer: writer.command(make(writer), flaw))


@st.composite
def ticks(draw: st.DrawFn) -> Draft:
    def write_tick(writer: Writer) -> tuple[bytes, Headers]:
        return writer.worker.sign(Tick(partition=PARTITION))

    return Draft(draw(elapsed), write_tick)


@st.composite
def garbage(draw: st.DrawFn) -> Draft:
    """Anything at all, with headers that look like ours now and then."""
    names = st.sampled_from((Header.CONTROL, Header.SIGNATURE, Header.ORIGIN, Header.SOURCE, Header.SOURCE_SEQUENCE))
    value = draw(st.one_of(st.none(), st.binary(max_size=60), values().map(lambda value: value[:-1]), values()))
    headers = draw(st.lists(st.tuples(st.one_of(names, st.text(max_size=5)), st.binary(max_size=20)), max_size=4))
    return Draft(draw(elapsed), lambda _: (value, tuple(headers)))


drafts = st.one_of(says(), says(), says(), says(), commands(), ticks(), garbage())


def _of(draft: st.SearchStrategy[Draft]) -> st.SearchStrategy[list[Record]]:
    """Short logs, which are easy to read, and long ones, in which much meets."""
    return st.one_of(st.lists(draft, max_size=10), st.lists(draft, min_size=20, max_size=50)).map(write)


logs = _of(drafts)
good_logs = _of(says())
