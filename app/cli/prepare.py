"""`ringfence prepare`: topics, first records and keys on a Kafka of your own."""

from pathlib import Path
from typing import Annotated

import typer

from app.bus.admin import declare, topics_of
from app.bus.connect import KafkaConnection
from app.bus.enrollment import prepare_log
from app.bus.issuer import worker_issuer
from app.cli.operate.session import KeyOption, operator
from app.settings import Settings
from tables import TABLES


def prepare(
    workers: Annotated[list[Path] | None, typer.Argument(help="Data folders of the workers to come.")] = None,
    key: KeyOption = None,
) -> None:
    """Declare the topics on the Kafka of the settings, write their first records, let the workers' keys sign.

    Safe to repeat. `ringfence up` does the same for its own Kafka.

    Example: ringfence prepare /var/lib/ringfence/worker-0 --key operator.pem
    """
    settings = Settings()
    admin = KafkaConnection(settings.kafka).connect()
    declared = declare(admin, settings.kafka, topics_of(settings.worker.app_id, [table.name for table in TABLES]))
    for difference in declared.differences:
        typer.secho(
            f"{difference.topic}: {difference.setting} is {difference.found}, declared is {difference.declared}",
            fg="yellow",
            err=True,
        )
    issuers = [worker_issuer(folder) for folder in workers or ()]
    prepare_log(settings.kafka, operator(settings, key), issuers)
    typer.echo(f"{len(declared.created)} topics made; {len(issuers)} workers may sign")
