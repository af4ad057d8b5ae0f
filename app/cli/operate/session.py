"""What the commands of an operator share: the settings of the running system, and the operator's key."""

import getpass
import os
from pathlib import Path
from typing import Annotated

import typer

from app.bus.commanding import Commander
from app.bus.issuer import Issuer, KeyFileError, load_issuer
from app.core.enforcement import AUTOMATIC
from app.events import Decision, LogPosition, Transition
from app.settings import Settings

DataOption = Annotated[Path, typer.Option("--data", help="Folder of `ringfence up`; settings win over it.")]
KeyOption = Annotated[
    Path | None, typer.Option("--key", help="The operator's private key (PEM); default: that of the settings.")
]
DATA = Path("data")


def commander(settings: Settings, key: Path | None) -> Commander:
    """A commander that signs with the operator's key. Raises KeyFileError where there is none."""
    return Commander(settings.kafka, operator(settings, key))


def operator(settings: Settings, key: Path | None) -> Issuer:
    """The operator, with the key that is named or that of the settings. Raises KeyFileError where there is none."""
    path = key or settings.keys.operator
    if path is None:
        raise KeyFileError("no operator's key: name it with --key, or set RINGFENCE_KEYS__OPERATOR")
    return load_issuer(settings.keys.issuer, path)


def actor() -> str:
    """Who gives the command, for the record."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user that it does not know
        return f"uid {os.getuid()}"
    return f"user {name}" if name == AUTOMATIC else name


def done(decision: Decision) -> Transition:
    """What a command about an agent has done: the last transition, since what was due by then happened first."""
    return decision.transitions[-1]


def place(decision: Decision) -> str:
    """Where the command stands in the log, in words.

    >>> place(Decision(LogPosition(6, 41), "control", "f", None, None, None))
    'at partition 6, offset 41'
    """
    assert isinstance(decision.position, LogPosition)
    return f"at partition {decision.position.partition}, offset {decision.position.offset}"
