"""Bad records, each with the error that its dead letter must name. Everything a producer can get onto a topic."""

import base64
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.bus.envelope import Envelope
from app.bus.issuer import Issuer
from app.core.commands import (
    Command,
    EnrollKey,
    Quarantine,
    Release,
    RevokeKey,
    SetPolicy,
    Skip,
    Tick,
)  # fmt: skip
from app.core.partitioner import home
from app.events import MAX_TARGETS, Header
from tests.system.post import Post
from tests.system.system import PARTITIONS

FLEET = "poisoned"
HOME = home(FLEET, PARTITIONS)
MB = 1024 * 1024
DEADLY_MARK = b"deadly"
"""A message with this ends the workers of `tests.system.deadly`."""


class Bad(NamedTuple):
    """A bad record. `bulky` ones are too large to be kept in their dead letter."""

    kind: str
    error: str
    post: Post
    bulky: bool = False


class Keys(NamedTuple):
    """Who signs: the operator, and a worker whose key is enrolled."""

    operator: Issuer
    worker: Issuer


def bad_records(keys: Keys) -> Iterator[Bad]:
    """All kinds, in the order in which they must be appended (a copied command follows its original)."""
    yield from _bad_bytes()
    yield from _bad_fields()
    yield from _bad_headers()
    yield from _bad_commands(keys)
    yield from _bad_copies(keys)


def message(**fields: object) -> bytes:
    """A message of the poisoned fleet; None leaves a field out."""
    whole = {"agent_id": "mallory", "message_type": "request", "fleet": FLEET, "target_agents": ["alice"], **fields}
    return msgspec.json.encode({name: value for name, value in whole.items() if value is not None})


def _bad_bytes() -> Iterator[Bad]:
    good = message(content={"text": "hello"})
    yield _raw("no value", "Empty", None)
    yield _raw("empty value", "Empty", b"")
    yield _raw("not JSON", "NotJson", b"hello")
    yield _raw("cut off", "NotJson", good[:-5])
    yield _raw("two documents", "NotJson", good + good)
    yield _raw("only a brace", "NotJson", b"{")
    yield _raw("byte order mark", "NotJson", b"\xef\xbb\xbf" + good)
    yield _raw("single quotes", "NotJson", b"{'agent_id': 'mallory'}")
    yield _raw("invalid UTF-8", "NotUnicode", good.replace(b"hello", b"\xff\xfe"))
    yield _raw("overlong UTF-8", "NotUnicode", good.replace(b"hello", b"\xc0\xaf"))
    yield _raw("UTF-16", "NotUnicode", good.decode().encode("utf-16"))
    yield _raw("compressed by the sender", "NotUnicode", base64.b64decode("H4sIAAAAAAAA/8tIzcnJBwCGphA2BQAAAA=="))
    yield _raw("NaN", "NotJson", message(content=msgspec.Raw(b'{"x":NaN}')))
    yield _raw("infinity", "NotJson", message(content=msgspec.Raw(b"-Infinity")))
    yield _raw("deep nesting", "TooDeep", message(content=msgspec.Raw(b"[" * 10_000 + b"]" * 10_000)))
    yield _raw("open brackets", "TooDeep", b"[" * 100_000)
    yield _raw("10 MB, not JSON", "NotJson", b"x" * (10 * MB), bulky=True)
    yield _raw("10 MB, a wrong type", "InvalidMessage", message(fleet=7, content="x" * (10 * MB)), bulky=True)


def _bad_fields() -> Iterator[Bad]:
    yield _raw("an array", "InvalidMessage", b"[1, 2]")
    yield _raw("a string", "InvalidMessage", b'"hello"')
    yield _raw("a number", "InvalidMessage", b"12")
    yield _raw("null", "InvalidMessage", b"null")
    wrong: dict[str, dict[str, object]] = {
        "no agent": {"agent_id": None},
        "empty agent": {"agent_id": ""},
        "agent a number": {"agent_id": 7},
        "agent a list": {"agent_id": ["mallory"]},
        "agent with a long name": {"agent_id": "m" * 1025},
        "no type": {"message_type": None},
        "type a number": {"message_type": 3},
        "targets a string": {"target_agents": "alice"},
        "a target a number": {"target_agents": ["alice", 7]},
        "an empty target": {"target_agents": [""]},
        "too many targets": {"target_agents": [f"a{number}" for number in range(MAX_TARGETS + 1)]},
        "fleet a number": {"fleet": 5},
        "empty fleet": {"fleet": ""},
        "time a number": {"timestamp": 1735689600},
        "correlation an object": {"correlation_id": {}},
        "id too long": {"id": "i" * 1025},
        "sponsor a list": {"sponsor": []},
    }
    for kind, fields in wrong.items():
        yield _raw(kind, "InvalidMessage", message(**fields))
    yield _raw("time no time", "InvalidTimestamp", message(timestamp="yesterday"))
    yield _raw("time of the year 10000", "InvalidTimestamp", message(timestamp="10000-01-01T00:00:00Z"))


def _bad_headers() -> Iterator[Bad]:
    good = message(content={"text": "headers"})
    sequence = ((Header.SOURCE, b"spool"), (Header.SOURCE_SEQUENCE, b"minus one"))
    yield Bad("source number no number", "InvalidSource", _at_home(good, sequence))
    escaped = (("\x01" * 200_000, b""),)
    yield Bad("200 kB header name that JSON escapes", "NotJson", _at_home(b"x", escaped), bulky=True)
    yield Bad("control header over a message", "InvalidCommand", _at_home(good, ((Header.CONTROL, b"tick"),)))


def _bad_commands(keys: Keys) -> Iterator[Bad]:
    policy = msgspec.Raw(b'{"version": 9, "trust": {"prior": -1}}')
    old = msgspec.Raw(b'{"version": 0}')
    public = keys.worker.public_key
    stranger = Issuer("stranger", Ed25519PrivateKey.generate())
    impostor = Issuer(keys.operator.name, Ed25519PrivateKey.generate())
    free = Release(fleet=FLEET, agent_id="zoe", reason="was never contained")
    condemn = Quarantine(fleet=FLEET, agent_id="alice", reason="because")
    signed = _signed("command", "", keys.operator, Tick(partition=HOME)).post
    yield Bad("unsigned", "Unsigned", signed._replace(headers=signed.headers[:1]))
    yield Bad("altered", "BadSignature", signed._replace(value=(signed.value or b"").replace(b"system", b"sesame")))
    yield Bad("half a signature", "BadSignature", signed._replace(headers=_cut(signed.headers)))
    yield Bad(
        "named otherwise", "InvalidCommand", signed._replace(headers=((Header.CONTROL, b"skip"), signed.headers[1]))
    )
    yield Bad("unknown command", "InvalidCommand", signed._replace(value=b'{"command":"explode","partition":0}'))
    yield Bad("unknown field", "InvalidCommand", signed._replace(value=(signed.value or b"")[:-1] + b',"force":true}'))
    yield Bad("on another partition", "Misdirected", signed._replace(partition=(HOME + 1) % PARTITIONS))
    yield _signed("forged", "BadSignature", impostor, condemn)
    yield _signed("unknown issuer", "UnknownIssuer", stranger, condemn)
    yield _signed("worker that quarantines", "NotAllowed", keys.worker, condemn)
    yield _signed("fleet and partition", "InvalidCommand", keys.operator, Tick(partition=HOME, fleet=FLEET))
    yield _signed("neither fleet nor partition", "InvalidCommand", keys.operator, Tick())
    yield _signed("skip on the log", "InvalidCommand", keys.operator, Skip(partition=HOME, first=0, last=9, reason="r"))
    yield _signed("quarantine of a partition", "InvalidCommand", keys.operator, _of_partition(condemn))
    yield _signed("invalid policy", "InvalidPolicy", keys.operator, SetPolicy(fleet=FLEET, policy=policy))
    yield _signed("old policy", "OldPolicy", keys.operator, SetPolicy(partition=HOME, policy=old))
    yield _signed("release of the free", "NotContained", keys.operator, free)
    yield _signed("revoked stranger", "UnknownIssuer", keys.operator, RevokeKey(partition=HOME, name="nobody"))
    yield _signed("last operator", "LastOperator", keys.operator, RevokeKey(partition=HOME, name=keys.operator.name))
    short = EnrollKey(partition=HOME, name="short", public_key=public[:31], role="worker")
    yield _signed("short key", "InvalidCommand", keys.operator, short)
    yield _signed("quarantine for no time", "InvalidCommand", keys.operator, _replaced(condemn, for_s=0.0))


def _bad_copies(keys: Keys) -> Iterator[Bad]:
    good = message(content={"text": "copied"})
    record = Envelope("", HOME, 10**12, 0, FLEET.encode(), good, [])
    stranger = Issuer("stranger", Ed25519PrivateKey.generate())
    elsewhere = tuple(keys.worker.sign_copy(record, "forward", (HOME + 1) % PARTITIONS))
    yield Bad("origin no origin", "InvalidOrigin", _at_home(good, ((Header.ORIGIN, b"{}"),)))
    yield Bad("unsigned copy", "Unsigned", _at_home(good, elsewhere[:1]))
    yield Bad("copy for another partition", "BadSignature", _at_home(good, elsewhere))
    yield Bad("copy by a stranger", "UnknownIssuer", _at_home(good, tuple(stranger.sign_copy(record, "forward", HOME))))


def _raw(kind: str, error: str, value: bytes | None, *, bulky: bool = False) -> Bad:
    return Bad(kind, error, _at_home(value, ()), bulky)


def _at_home(value: bytes | None, headers: tuple[tuple[str, bytes], ...]) -> Post:
    return Post(FLEET.encode(), value, HOME, headers)


def _signed(kind: str, error: str, issuer: Issuer, command: Command) -> Bad:
    value, headers = issuer.sign(command)
    return Bad(kind, error, Post(None, value, HOME, tuple(headers)))


def _cut(headers: tuple[tuple[str, bytes], ...]) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, value[:32] if name == Header.SIGNATURE else value) for name, value in headers)


_replaced: Callable[..., Command] = msgspec.structs.replace


def _of_partition(command: Command) -> Command:
    return _replaced(command, fleet=None, partition=HOME)
