"""Records of the log, written by hand: messages, signed commands, copies."""

from hashlib import sha256

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.commands import Command, EnrollKey, sign, sign_copy
from app.core.partitioner import home
from app.events import Origin

PARTITIONS = 4
PARTITION = home("north", PARTITIONS)
HOME_FLEETS = tuple(f for f in ("north", *(f"fleet-{n}" for n in range(40))) if home(f, PARTITIONS) == PARTITION)[:3]
ELSEWHERE = next(f"fleet-{n}" for n in range(40) if home(f"fleet-{n}", PARTITIONS) != PARTITION)
START = 1_735_689_600_000
"""2025-01-01T00:00:00Z in milliseconds."""

Headers = tuple[tuple[str, bytes], ...]


class Record(msgspec.Struct, frozen=True):
    """A record of the log."""

    offset: int
    value: bytes | None
    headers: Headers = ()
    timestamp: int = START
    partition: int = PARTITION
    key: bytes | None = None


class Signer:
    """An issuer with a key that is the same in every run, and a sequence that rises by one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.key = Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())
        self.public_key = self.key.public_key().public_bytes_raw()
        self.sequence = 0

    def sign(self, command: Command) -> tuple[bytes, Headers]:
        self.sequence += 1
        value, headers = sign(msgspec.structs.replace(command, issuer=self.name, sequence=self.sequence), self.key)
        return value, tuple(headers)

    def sign_copy(self, original: Record, reason: str = "forward", partition: int = PARTITION) -> Headers:
        origin = Origin(original.partition, original.offset, reason, self.name)
        return tuple(sign_copy(origin, original, partition, self.key))


def genesis(operator: Signer, partitions: int = PARTITIONS, partition: int = PARTITION) -> EnrollKey:
    return EnrollKey(
        partition=partition,
        name=operator.name,
        public_key=operator.public_key,
        role="operator",
        partitions=partitions,
    )


def message(agent: str = "ann", kind: str = "broadcast", to: tuple[str, ...] = (), **fields: object) -> bytes:
    """The value of a message; `content` and `metadata` are objects of JSON."""
    whole = {"agent_id": agent, "message_type": kind, "target_agents": to, "fleet": "north", **fields}
    return msgspec.json.encode(whole)
