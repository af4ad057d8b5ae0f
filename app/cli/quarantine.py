"""`ringfence quarantine`: contain an agent by hand."""

from typing import Annotated

import typer

from app.cli.operate.duration import seconds
from app.cli.operate.session import DATA, DataOption, KeyOption, actor, commander, done, place
from app.core.commands import Quarantine
from app.embedded.run_file import settings_for


def quarantine(  # noqa: PLR0913 - each is an option of the command
    fleet: Annotated[str, typer.Argument(help="The agent's fleet.")],
    agent: Annotated[str, typer.Argument(help="The agent.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands on the record.")],
    for_: Annotated[str | None, typer.Option("--for", help="How long: 90s, 15m, 2h, 1d; else until released.")] = (
        None
    ),
    data: DataOption = DATA,
    key: KeyOption = None,
) -> None:
    """Contain an agent: a signed command on the log, answered when the fold has decided it.

    Example: ringfence quarantine sales bot-7 --reason "drains the queue" --for 15m
    """
    command = Quarantine(
        fleet=fleet, agent_id=agent, reason=reason, actor=actor(), for_s=None if for_ is None else seconds(for_)
    )
    with commander(settings_for(data), key) as commanding:
        decision = commanding.send(command)
    transition = done(decision)
    typer.echo(f"{fleet}/{agent} is quarantined (epoch {transition.epoch}), {place(decision)}")
