"""Lets the fleets of the demo be enforced upon: in the default mode, shadow, nobody would be quarantined."""

import msgspec

from app.archive.stored_table import read_table
from app.bus.commanding import Commander
from app.bus.issuer import Issuer
from app.core.commands import SetPolicy
from app.core.entries import FleetEntry
from app.core.policy import Policy
from app.settings import Settings

START_S = 60.0
"""The first command waits for the workers to join, recover and fold what is there."""


def enforce(settings: Settings, operator: Issuer, fleet: str) -> None:
    """Put the built-in policy in mode enforce in force for a fleet.

    Raises CommandError where no worker decides it.
    """
    document = Policy(version=_version(settings, fleet) + 1, mode="enforce")
    command = SetPolicy(fleet=fleet, policy=msgspec.Raw(msgspec.json.encode(document)), actor="demo")
    with Commander(settings.kafka, operator, START_S) as commanding:
        commanding.send(command)


def _version(settings: Settings, fleet: str) -> int:
    entry = read_table(settings.kafka, settings.worker.app_id, "fleets", FleetEntry).get((fleet,))
    return entry.policy.version if entry is not None and entry.policy is not None else 0
