"""Policies for folding files."""

from pathlib import Path

import msgspec

from app.core.errors import Refused
from app.core.policy import Policy, parse_policy
from app.errors import RingfenceError


class PolicyFileError(RingfenceError):
    """A policy file that is not valid; the message names the field."""


def load_policy(path: Path) -> Policy:
    """Read a policy document. Raises PolicyFileError."""
    try:
        return parse_policy(path.read_bytes())
    except (Refused, OSError) as error:
        raise PolicyFileError(f"{path}: {error}") from error


def policy_for_file(path: Path | None, *, plain: bool) -> Policy:
    """What is in force when a file is folded: the document of `path`, else the built-in one.

    Plain messages have no record timestamps, so their own count. Raises PolicyFileError.
    """
    if path is None:
        return Policy(clock="messages" if plain else "records")
    policy = load_policy(path)
    if not plain:
        return policy
    if policy.clock == "records" and "clock" in msgspec.json.decode(path.read_bytes(), type=dict[str, msgspec.Raw]):
        raise PolicyFileError(f'{path}: plain messages have no record timestamps; leave "clock" out or say "messages"')
    return msgspec.structs.replace(policy, clock="messages")
