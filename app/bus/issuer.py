"""Issuers: whoever signs control records, with a key kept in a file of its own."""

import os
import time
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)  # fmt: skip

from app.core.commands import Command, sign, sign_copy
from app.errors import RingfenceError
from app.events import Origin
from app.record import LogRecord


class KeyFileError(RingfenceError):
    """A private key that cannot be read or written."""


class Signed(NamedTuple):
    """A control record."""

    value: bytes
    headers: list[tuple[str, bytes]]


class Issuer:
    """A name and an Ed25519 key. Its sequence rises with the wall clock, so it survives restarts.

    >>> from app.core.commands import Tick
    >>> issuer = Issuer("worker-0", Ed25519PrivateKey.generate())
    >>> first, second = issuer.sign(Tick(partition=0)), issuer.sign(Tick(partition=0))
    >>> second.value != first.value, [name for name, _ in second.headers]
    (True, ['ringfence-control', 'ringfence-signature'])
    """

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self.name = name
        self._key = key
        self._sequence = 0

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, command: Command) -> Signed:
        """The record of the command, with this issuer's name and next sequence."""
        self._sequence = max(self._sequence + 1, time.time_ns())
        stamped = msgspec.structs.replace(command, issuer=self.name, sequence=self._sequence)
        return Signed(*sign(stamped, self._key))

    def sign_copy(self, record: LogRecord, reason: str, partition: int) -> list[tuple[str, bytes]]:
        """The headers that a copy of `record` needs beside the original's, when it is appended to `partition`."""
        return sign_copy(Origin(record.partition, record.offset, reason, self.name), record, partition, self._key)


def load_issuer(name: str, path: Path) -> Issuer:
    """Read an issuer's key (PEM, PKCS #8). Raises KeyFileError."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(f"cannot read the private key {path}: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} is no Ed25519 key; `ringfence key new` makes one")
    return Issuer(name, key)


def load_or_make_issuer(name: str, path: Path) -> Issuer:
    """Read an issuer's key, made at the first call, readable by its owner only. Raises KeyFileError."""
    if not path.exists():
        write_key(path, Ed25519PrivateKey.generate())
    return load_issuer(name, path)


def worker_issuer(data: Path) -> Issuer:
    """The key of the worker with this data folder, made at the first call; its name is the key's fingerprint."""
    issuer = load_or_make_issuer("worker", data / "worker.key")
    issuer.name = f"worker-{sha256(issuer.public_key).hexdigest()[:12]}"
    return issuer


def write_key(path: Path, key: Ed25519PrivateKey) -> None:
    """Write a private key that only its owner may read. Raises KeyFileError where the file exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise KeyFileError(f"cannot write the private key {path}: {error}") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
