"""`ringfence policy`: the documents that hold every number the fold decides by."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from app.archive.policy_file import PolicyFileError, load_policy
from app.archive.stored_table import read_table
from app.cli.operate.session import DATA, DataOption, KeyOption, actor, commander
from app.core.commands import SetPolicy
from app.core.entries import FleetEntry, PartitionEntry
from app.core.policy import BUILT_IN, Policy
from app.embedded.run_file import settings_for
from app.settings import Settings

app = typer.Typer()

FleetOption = Annotated[str | None, typer.Option("--fleet", help="Of this fleet; else of all without their own.")]


@app.command()
def show(
    fleet: FleetOption = None,
    data: DataOption = DATA,
    built_in: Annotated[bool, typer.Option("--built-in", help="The policy that is in force before any other.")] = False,
) -> None:
    """Print the policy in force, as JSON: a good start for a document of your own."""
    policy = BUILT_IN if built_in else _in_force(settings_for(data), fleet)
    typer.echo(msgspec.json.format(msgspec.json.encode(policy), indent=2).decode())


@app.command()
def validate(file: Annotated[Path, typer.Argument(help="Policy document (JSON).")]) -> None:
    """Check a document; says which field is wrong."""
    policy = load_policy(file)
    typer.echo(f"{file} is valid: version {policy.version}, mode {policy.mode}, clock {policy.clock}")


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="Policy document (JSON). What it leaves out is as built in.")],
    fleet: FleetOption = None,
    data: DataOption = DATA,
    key: KeyOption = None,
) -> None:
    """Put a document in force from here on; what was decided before stays.

    Its version must be above the one in force; a document without a version gets the next one.
    """
    settings = settings_for(data)
    policy = load_policy(file)
    known = _in_force(settings, fleet).version
    if policy.version == 0:
        policy = msgspec.structs.replace(policy, version=known + 1)
    document = msgspec.Raw(msgspec.json.encode(policy))
    with commander(settings, key) as commanding:
        if fleet is not None:
            commanding.send(SetPolicy(fleet=fleet, policy=document, actor=actor()))
        else:
            commanding.send_all(lambda number: SetPolicy(partition=number, policy=document, actor=actor()))
    typer.echo(f"policy {policy.version} is in force for {fleet or 'all fleets without their own'} (before: {known})")


def _in_force(settings: Settings, fleet: str | None) -> Policy:
    app_id = settings.worker.app_id
    if fleet is not None:
        entry = read_table(settings.kafka, app_id, "fleets", FleetEntry).get((fleet,))
        if entry is not None and entry.policy is not None:
            return entry.policy
    partitions = read_table(settings.kafka, app_id, "partitions", PartitionEntry).values()
    policies = {entry.policy for entry in partitions}
    if len(policies) > 1:
        versions = ", ".join(str(version) for version in sorted({policy.version for policy in policies}))
        raise PolicyFileError(f"the partitions differ (versions {versions}): apply a document with a higher version")
    return next(iter(policies), BUILT_IN)
