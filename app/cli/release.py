"""`ringfence release`: let a contained agent go."""

from typing import Annotated

import typer

from app.cli.operate.session import DATA, DataOption, KeyOption, actor, commander, place
from app.core.commands import Release
from app.embedded.run_file import settings_for


def release(
    fleet: Annotated[str, typer.Argument(help="The agent's fleet.")],
    agent: Annotated[str, typer.Argument(help="The agent.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands on the record.")],
    data: DataOption = DATA,
    key: KeyOption = None,
) -> None:
    """Let a quarantined agent go: a signed command on the log, answered when the fold has decided it.

    Example: ringfence release sales bot-7 --reason "fixed in version 12"
    """
    command = Release(fleet=fleet, agent_id=agent, reason=reason, actor=actor())
    with commander(settings_for(data), key) as commanding:
        decision = commanding.send(command)
    (transition,) = decision.transitions
    typer.echo(f"{fleet}/{agent} is released (epoch {transition.epoch}), {place(decision)}")
