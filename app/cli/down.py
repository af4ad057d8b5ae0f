"""`ringfence down`: stop what `ringfence up` started."""

from pathlib import Path
from typing import Annotated

import typer

from app.embedded.run_file import DEFAULT_DATA
from app.embedded.shutdown import shut_down


def down(
    data: Annotated[Path, typer.Option(help="The folder that was given to `ringfence up`.")] = DEFAULT_DATA,
) -> None:
    """Stop workers, Valkey and Kafka in order, and wait until they have ended; the data stays.

    Safe to repeat. Example: ringfence down
    """
    typer.echo("All parts are stopped." if shut_down(data) else f"Nothing runs in {data}.", err=True)
