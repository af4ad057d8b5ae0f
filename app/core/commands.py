"""Control records: commands on the log itself, signed with Ed25519.

The value of a control record is the JSON of one command; its signature, a record header, covers these
very bytes. A command names its issuer, a number that rises with each command of that issuer on that
partition, and whom it addresses: one fleet, or one partition. So a forged, altered, copied or
misdirected command is refused.
"""

from typing import Annotated, Literal, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta, Raw, Struct

from app.core.errors import Refused
from app.core.policy import Seconds
from app.core.reading import check_json
from app.events import Header, Mode, Name, OpinionVerdict, Origin, Pattern
from app.record import LogRecord

_COMMAND_DOMAIN = b"ringfence control 1\n"
_COPY_DOMAIN = b"ringfence copy 1\n"
MAX_PARTITIONS = 100_000

Role = Literal["operator", "worker", "analyst"]
"""What a key may sign: everything; what a worker says of its own work; opinions of alerts."""
Sentence = Annotated[str, Meta(min_length=1, max_length=4096)]


class Command(Struct, frozen=True, kw_only=True, tag_field="command", forbid_unknown_fields=True):
    """What all commands say. `fleet` or `partition` is set, never both; signing sets `issuer` and `sequence`."""

    issuer: str = ""
    sequence: Annotated[int, Meta(ge=0, le=2**63 - 1)] = 0
    fleet: Name | None = None
    partition: int | None = None
    actor: Sentence = "system"
    """The person or part that asked for it."""


class EnrollKey(Command, frozen=True, kw_only=True, tag="enroll-key"):
    """Let another key sign. The first record of a partition is one that enrolls its own key (genesis)."""

    name: Name
    """The issuer that signs with this key."""
    public_key: Annotated[bytes, Meta(min_length=32, max_length=32)]
    role: Role
    partitions: Annotated[int, Meta(gt=0, le=MAX_PARTITIONS)] | None = None
    """Genesis only: the number of partitions of the topic, which never changes."""


class RevokeKey(Command, frozen=True, kw_only=True, tag="revoke-key"):
    """Stop accepting an issuer's signatures."""

    name: Name


class SetPolicy(Command, frozen=True, kw_only=True, tag="set-policy"):
    """Put a policy document in force, for a fleet or for all fleets of a partition without their own."""

    policy: Raw


class SetEngine(Command, frozen=True, kw_only=True, tag="set-engine"):
    """Fold with another version of the engine from here on."""

    version: Annotated[int, Meta(gt=0, lt=2**31)]


class Quarantine(Command, frozen=True, kw_only=True, tag="quarantine"):
    """Contain an agent until it is released, or for a time."""

    agent_id: Name
    reason: Sentence
    for_s: Seconds | None = None


class Release(Command, frozen=True, kw_only=True, tag="release"):
    """Let a contained agent go, or only on probation."""

    agent_id: Name
    reason: Sentence
    probation: bool = False


class Appeal(Command, frozen=True, kw_only=True, tag="appeal"):
    """Put on record that somebody, perhaps the agent itself, asks for another look at a containment."""

    agent_id: Name
    reason: Sentence


class SetMode(Command, frozen=True, kw_only=True, tag="set-mode"):
    """Change how far containments go in a fleet: all of them, or those for one pattern."""

    mode: Mode
    pattern: Pattern | None = None
    reason: Sentence | None = None


class Opine(Command, frozen=True, kw_only=True, tag="opine"):
    """Say what one makes of an open alert; whoever reads it later has it beside the alert."""

    pattern: Name
    subject: Sentence
    """Longer than a name where it is made of several."""
    alert_id: Sentence
    """Likewise: the fleet's name is part of it."""
    verdict: OpinionVerdict
    confidence: Annotated[float, Meta(ge=0.0, le=1.0)]
    rationale: Sentence
    model: Name
    """Which model, or which person."""


class Tick(Command, frozen=True, kw_only=True, tag="tick"):
    """Nothing but time: lets what waits for it happen while no messages come."""


class Skip(Command, frozen=True, kw_only=True, tag="skip"):
    """Do not fold these positions of a partition; stands on the skips topic, not on the log."""

    first: Annotated[int, Meta(ge=0)]
    last: Annotated[int, Meta(ge=0)]
    reason: Sentence


AnyCommand = (
    EnrollKey | RevokeKey | SetPolicy | SetEngine | Quarantine | Release | Appeal | SetMode | Opine | Tick | Skip
)
C = TypeVar("C", bound=Command)

_decoder = msgspec.json.Decoder(AnyCommand)
_origin_decoder = msgspec.json.Decoder(Origin)


def name_of(command: Command) -> str:
    """The command's name, as in the header.

    >>> name_of(Tick(partition=0))
    'tick'
    """
    return str(command.__struct_config__.tag)


def sign(command: Command, key: Ed25519PrivateKey) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The value and the headers of the command's control record."""
    value = msgspec.json.encode(command)
    signature = key.sign(_COMMAND_DOMAIN + value)
    return value, [(Header.CONTROL, name_of(command).encode()), (Header.SIGNATURE, signature)]


def decode(value: bytes | None, name: bytes) -> AnyCommand:
    """The command of a control record, not verified yet.

    Raises Refused where it is none that this version of the format knows.
    """
    try:
        check_json(value or b"")
        command: AnyCommand = _decoder.decode(value or b"")
    except msgspec.DecodeError as error:
        raise Refused("InvalidCommand", f"invalid control record: {error}") from error
    if name_of(command).encode() != name:
        raise Refused("InvalidCommand", f"the header says {name!r}, the value {name_of(command)!r}")
    if (command.fleet is None) == (command.partition is None):
        raise Refused("InvalidCommand", "a command addresses either one fleet or one partition")
    return command


def check_signature(public_key: bytes, signature: bytes | None, value: bytes) -> None:
    """Raises Refused unless the signature of a control record's value is the key's."""
    _verify(public_key, signature, _COMMAND_DOMAIN + value)


def sign_copy(origin: Origin, record: LogRecord, partition: int, key: Ed25519PrivateKey) -> list[tuple[str, bytes]]:
    """The headers that a copy of `record` needs beside the original's, when it is appended to `partition`."""
    encoded = msgspec.json.encode(origin)
    return [(Header.ORIGIN, encoded), (Header.SIGNATURE, key.sign(_copy_payload(encoded, record.value, partition)))]


def decode_origin(encoded: bytes) -> Origin:
    """The origin of a copy, not verified yet. Raises Refused."""
    try:
        check_json(encoded)
        return _origin_decoder.decode(encoded)
    except msgspec.DecodeError as error:
        raise Refused("InvalidOrigin", f"invalid origin of a copy: {error}") from error


def check_copy(public_key: bytes, signature: bytes | None, encoded: bytes, record: LogRecord) -> None:
    """Raises Refused unless a copy's signature is the key's."""
    _verify(public_key, signature, _copy_payload(encoded, record.value, record.partition))


def _copy_payload(origin: bytes, value: bytes | None, partition: int) -> bytes:
    return b"%s%d\n%d\n%s%s" % (_COPY_DOMAIN, partition, len(origin), origin, value or b"")


def _verify(public_key: bytes, signature: bytes | None, payload: bytes) -> None:
    if signature is None:
        raise Refused("Unsigned", "the record has no signature; control records and copies need one")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, payload)
    except InvalidSignature as error:
        raise Refused("BadSignature", "the signature is not that of the enrolled key") from error
    except ValueError as error:
        raise Refused("BadSignature", f"the enrolled key cannot verify: {error}") from error
