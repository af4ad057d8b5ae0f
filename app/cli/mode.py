"""`ringfence mode`: how far containments go in a fleet."""

from typing import Annotated

import typer

from app.cli.operate.session import DATA, DataOption, KeyOption, actor, commander, place
from app.core.commands import SetMode
from app.embedded.run_file import settings_for
from app.events import Mode, Pattern


def mode(  # noqa: PLR0913 - each is an option of the command
    fleet: Annotated[str, typer.Argument(help="The fleet.")],
    mode: Annotated[
        Mode,
        typer.Argument(help="off: nothing; shadow: on record only; warn: verdicts warn; enforce: binding at doors."),
    ],
    *,
    pattern: Annotated[
        Pattern | None, typer.Option(help="Only for containments that follow on this pattern; low_trust: the score.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why, for the record.")] = None,
    data: DataOption = DATA,
    key: KeyOption = None,
) -> None:
    """Change how far containments go in a fleet: a signed command, in force from its position in the log on.

    A pattern never goes further than its fleet. What is contained stays so until it is released or expires.

    Example: ringfence mode sales enforce --reason "shadowed for a week"
    """
    command = SetMode(fleet=fleet, mode=mode, pattern=pattern, reason=reason, actor=actor())
    with commander(settings_for(data), key) as commanding:
        decision = commanding.send(command)
    what = fleet if pattern is None else f"{pattern} in {fleet}"
    typer.echo(f"the mode of {what} is {mode}, {place(decision)}")
