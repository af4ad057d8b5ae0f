"""`ringfence doctor`: whether everything is as it should be."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from app.embedded.checkup import Finding, Verdict, examine
from app.embedded.run_file import DEFAULT_DATA, settings_for

MARKS = {Verdict.OK: "[green]✓[/]", Verdict.WARNING: "[yellow]![/]", Verdict.FAILURE: "[red]✗[/]"}


def doctor(
    data: Annotated[Path, typer.Option(help="Folder of `ringfence up`; settings win over it.")] = DEFAULT_DATA,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check every connection, every topic and every worker, and say what to do; exit status 1 where one fails.

    Example: ringfence doctor
    """
    findings = []
    console = Console()
    for finding in examine(data, settings_for(data)):
        findings.append(finding)
        if not as_json:
            _show(finding, console)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(findings), indent=2))
    if any(finding.verdict is Verdict.FAILURE for finding in findings):
        raise typer.Exit(1)


def _show(finding: Finding, console: Console) -> None:
    console.print(f"{MARKS[finding.verdict]} {finding.check:14} {finding.found}", highlight=False, soft_wrap=True)
    if finding.advice:
        console.print(f"  {'':14} → {finding.advice}", highlight=False, soft_wrap=True)
