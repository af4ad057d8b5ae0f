"""`ringfence key`: who may sign control records."""

import base64
import binascii
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.console import Console
from rich.table import Table

from app.archive.stored_table import read_table
from app.bus.issuer import KeyFileError, load_issuer, worker_issuer, write_key
from app.cli.operate.session import DATA, DataOption, KeyOption, actor, commander
from app.core.commands import EnrollKey, RevokeKey, Role
from app.core.entries import IssuerKey, PartitionEntry
from app.embedded.run_file import settings_for

app = typer.Typer()


@app.command()
def new(file: Annotated[Path, typer.Argument(help="Where the private key is written; readable by you only.")]) -> None:
    """Make an Ed25519 key; prints the public one."""
    write_key(file, Ed25519PrivateKey.generate())
    typer.echo(_text(load_issuer("", file).public_key))


@app.command()
def show(file: Annotated[Path, typer.Argument(help="A private key (PEM).")]) -> None:
    """Print the public key of a private one."""
    typer.echo(_text(load_issuer("", file).public_key))


@app.command("list")
def list_keys(data: DataOption = DATA) -> None:
    """List the keys that may sign, and on how many partitions."""
    settings = settings_for(data)
    entries = read_table(settings.kafka, settings.worker.app_id, "partitions", PartitionEntry).values()
    table = Table("issuer", "role", "public key", "partitions")
    for (name, role, public), count in sorted(_enrolled(list(entries)).items()):
        table.add_row(name, role, public, f"{count} of {len(entries)}")
    Console().print(table)


@app.command()
def enroll(
    name: Annotated[str, typer.Argument(help="The issuer that will sign with the key.")],
    public_key: Annotated[str, typer.Argument(help="As `ringfence key new` prints it.")],
    role: Annotated[
        Role, typer.Option(help="What it may sign: everything; ticks, skips and copies; opinions of alerts.")
    ] = "worker",
    data: DataOption = DATA,
    key: KeyOption = None,
) -> None:
    """Let another key sign, on all partitions."""
    public = _bytes(public_key)
    with commander(settings_for(data), key) as commanding:
        commanding.send_all(
            lambda number: EnrollKey(partition=number, name=name, public_key=public, role=role, actor=actor())
        )
    typer.echo(f"{name} may sign as {role}")


@app.command()
def enroll_worker(
    folder: Annotated[Path, typer.Argument(help="The worker's data folder (RINGFENCE_WORKER__DATA).")],
    data: DataOption = DATA,
    key: KeyOption = None,
) -> None:
    """Let a worker that was started by hand sign ticks and forwarded copies."""
    worker = worker_issuer(folder)
    enroll(worker.name, _text(worker.public_key), "worker", data, key)


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(help="The issuer.")],
    data: DataOption = DATA,
    key: KeyOption = None,
) -> None:
    """Stop accepting an issuer's signatures, on all partitions."""
    with commander(settings_for(data), key) as commanding:
        commanding.send_all(lambda number: RevokeKey(partition=number, name=name, actor=actor()))
    typer.echo(f"{name} may not sign any more")


def _enrolled(entries: list[PartitionEntry]) -> dict[tuple[str, str, str], int]:
    counts: dict[tuple[str, str, str], int] = {}
    for entry in entries:
        for name, key in entry.keys.items():
            row = _row(name, key)
            counts[row] = counts.get(row, 0) + 1
    return counts


def _row(name: str, key: IssuerKey) -> tuple[str, str, str]:
    return name, key.role, _text(key.public_key)


def _text(public_key: bytes) -> str:
    return base64.b64encode(public_key).decode()


def _bytes(public_key: str) -> bytes:
    try:
        data = base64.b64decode(public_key, validate=True)
    except binascii.Error as error:
        raise KeyFileError(f"{public_key!r} is no public key: {error}") from error
    if len(data) != 32:  # noqa: PLR2004 - of Ed25519
        raise KeyFileError(f"{public_key!r} is no Ed25519 key: it has {len(data)} bytes, not 32")
    return data
