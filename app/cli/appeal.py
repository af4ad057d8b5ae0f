"""`ringfence appeal`: ask for another look at a containment, on the record."""

from typing import Annotated

import typer

from app.cli.operate.session import DATA, DataOption, KeyOption, actor, commander, done, place
from app.core.commands import Appeal
from app.embedded.run_file import settings_for


def appeal(  # noqa: PLR0913 - each is an option of the command
    fleet: Annotated[str, typer.Argument(help="The agent's fleet.")],
    agent: Annotated[str, typer.Argument(help="The agent.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands on the record.")],
    by: Annotated[str | None, typer.Option(help="Who appeals, if not you; the agent itself may.")] = None,
    data: DataOption = DATA,
    key: KeyOption = None,
) -> None:
    """Put on record that somebody asks for another look at a containment; it stands until a person decides.

    Example: ringfence appeal sales bot-7 --reason "the errors were the supplier's" --by bot-7
    """
    command = Appeal(fleet=fleet, agent_id=agent, reason=reason, actor=by or actor())
    with commander(settings_for(data), key) as commanding:
        decision = commanding.send(command)
    transition = done(decision)
    typer.echo(f"{fleet}/{agent} is {transition.state}, the appeal is epoch {transition.epoch}, {place(decision)}")
