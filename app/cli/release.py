"""`ringfence release`: let a contained agent go."""

from typing import Annotated

import typer

from app.cli.operate.session import DATA, DataOption, KeyOption, actor, commander, done, place
from app.core.commands import Release
from app.embedded.run_file import settings_for


def release(  # noqa: PLR0913 - each is an option of the command
    fleet: Annotated[str, typer.Argument(help="The agent's fleet.")],
    agent: Annotated[str, typer.Argument(help="The agent.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands on the record.")],
    probation: Annotated[bool, typer.Option("--probation", help="Let it go on probation first.")] = False,
    data: DataOption = DATA,
    key: KeyOption = None,
) -> None:
    """Let a contained agent go: a signed command on the log, answered when the fold has decided it.

    Example: ringfence release sales bot-7 --reason "fixed in version 12"
    """
    command = Release(fleet=fleet, agent_id=agent, reason=reason, actor=actor(), probation=probation)
    with commander(settings_for(data), key) as commanding:
        decision = commanding.send(command)
    transition = done(decision)
    state = "on probation" if probation else "released"
    typer.echo(f"{fleet}/{agent} is {state} (epoch {transition.epoch}), {place(decision)}")
