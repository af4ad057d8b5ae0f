"""Where the mirror's contents come from: the committed tables of the workers, on their changelogs."""

from collections.abc import Mapping

from confluent_kafka import KafkaException

from app.archive.stored_table import read_table
from app.bus.connection import confluent
from app.bus.diagnosis import explain
from app.bus.reader import latest_values
from app.core.entries import FleetEntry, PartitionEntry
from app.mirror.policies import PolicyBook
from app.mirror.rebuild import Tables
from app.settings import KafkaSettings
from app.streaming.identity import describe
from app.topics import DECISIONS, ENFORCEMENT, PROGRESS, changelog


class MirrorSource:
    """Topics and tables on a Kafka; each call asks it anew, and blocks.

    Args:
        kafka: where the log is.
        app_id: of the workers.

    """

    def __init__(self, kafka: KafkaSettings, app_id: str) -> None:
        self._kafka = kafka
        self._app_id = app_id
        self.agents = changelog(app_id, "agents").name
        """The topic of the agents' changelog."""

    def logs(self) -> Mapping[str, str]:
        """The id of each topic, by its name. Raises UnreachableError."""
        topics = (self.agents, ENFORCEMENT.name, DECISIONS.name, PROGRESS.name)
        try:
            return describe(confluent(self._kafka), topics).identity.topics
        except KafkaException as error:
            raise explain(error.args[0], self._kafka) from error

    def policies(self) -> PolicyBook:
        """The policies in force. Raises ReadError, UnreachableError."""
        return PolicyBook(
            read_table(self._kafka, self._app_id, "fleets", FleetEntry),
            read_table(self._kafka, self._app_id, "partitions", PartitionEntry),
        )

    def fleets(self) -> list[str]:
        """Every fleet that the tables know. Raises ReadError, UnreachableError."""
        return [str(key[0]) for key in read_table(self._kafka, self._app_id, "fleets", FleetEntry)]

    def tables(self) -> Tables:
        """All that a rebuild needs. Raises ReadError, UnreachableError."""
        return Tables(
            topic=self.agents,
            log=self.logs()[self.agents],
            agents=list(latest_values(self._kafka, self.agents).values()),
            enforcement=list(latest_values(self._kafka, ENFORCEMENT.name).values()),
            policies=self.policies(),
        )
