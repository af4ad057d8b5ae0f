"""`ringfence datadog`: monitors and dashboards in Datadog, kept as ops/datadog defines them."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.datadog.account import Account
from app.datadog.definitions import FOLDER, read_definitions
from app.datadog.managed import Managed
from app.datadog.plan import Step, plan, removal
from app.settings import DatadogSettings, Settings

app = typer.Typer()

_SIGNS = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]


@app.command()
def apply(
    *,
    dry_run: DryRunOption = False,
    folder: Annotated[Path, typer.Option(help="Holds `monitors/*.json` and `dashboards/*.json`.")] = FOLDER,
) -> None:
    """Create, update and delete monitors and dashboards until the account has what the folder defines.

    Only what carries the tag managed_by:ringfence is ours (the name is RINGFENCE_DATADOG__OWNER); nothing else is
    touched. What is as defined is left alone, so a second call changes nothing.

    Needs RINGFENCE_DATADOG__API_KEY and RINGFENCE_DATADOG__APP_KEY, and RINGFENCE_DATADOG__SITE outside of
    datadoghq.com; RINGFENCE_DATADOG__NOTIFY="@slack-ops" says whom monitors tell.

    Example: ringfence datadog apply --dry-run
    """
    settings = Settings().datadog
    definitions = read_definitions(folder, settings)
    managed = _managed(settings)
    _carry_out(managed, plan(definitions, managed.read()), dry_run=dry_run)


@app.command()
def destroy(*, dry_run: DryRunOption = False) -> None:
    """Delete every monitor and dashboard that `apply` has made, and nothing else; `apply` makes them again.

    Example: ringfence datadog destroy --dry-run
    """
    managed = _managed(Settings().datadog)
    _carry_out(managed, removal(managed.read()), dry_run=dry_run)


def _managed(settings: DatadogSettings) -> Managed:
    return Managed(Account(settings), settings.owner)


def _carry_out(managed: Managed, steps: Sequence[Step], *, dry_run: bool) -> None:
    for step in steps:
        if not dry_run:
            managed.carry_out(step)
        _show(step)
    typer.echo(_summary(Counter(step.verb for step in steps), dry_run=dry_run))


def _summary(verbs: Counter[str], *, dry_run: bool) -> str:
    """What was done, or would be.

    >>> _summary(Counter({"create": 2, "keep": 4}), dry_run=True)
    '2 to create, 0 to update, 0 to delete, 4 as defined (a dry run: nothing was changed)'
    """
    words = ("to create", "to update", "to delete") if dry_run else ("created", "updated", "deleted")
    counts = [f"{verbs[verb]} {word}" for verb, word in zip(_SIGNS, words, strict=True)]
    note = " (a dry run: nothing was changed)" if dry_run else ""
    return f"{', '.join(counts)}, {verbs['keep']} as defined{note}"


def _show(step: Step) -> None:
    if step.verb == "keep":
        return
    sign, colour = _SIGNS[step.verb]
    typer.secho(f"{sign} {step.subject}", fg=colour)
    for change in step.changes:
        typer.echo(f"    {change}")
