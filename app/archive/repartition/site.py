"""The topics of a system as they are on the cluster now."""

from collections.abc import Mapping
from functools import cached_property

from confluent_kafka.admin import AdminClient

from app.bus.admin import missing_topics, topics_of
from app.bus.connect import KafkaConnection
from app.bus.connection import confluent
from app.bus.reader import TopicReader
from app.core.state import TABLES
from app.settings import KafkaSettings
from app.streaming.identity import Layout, describe
from app.topics import RAW, Topic


class Site:
    """A cluster, and the topics of an application there, whether they exist or not."""

    def __init__(self, kafka: KafkaSettings, app_id: str) -> None:
        self.kafka = kafka
        self.topics = topics_of(app_id, TABLES)

    @cached_property
    def admin(self) -> AdminClient:
        """Connected at its first use. Raises UnreachableError."""
        return KafkaConnection(self.kafka).connect()

    def has(self, *topics: Topic) -> bool:
        """Whether all of these topics exist."""
        return not missing_topics(self.admin, self.kafka, topics)

    def layout(self) -> Layout:
        """The cluster and the raw topic, which must exist."""
        return describe({**confluent(self.kafka), "log_level": 0}, [RAW.name])

    def is_raw(self, topic_id: str) -> bool:
        """Whether the raw topic exists, and is the one with this id."""
        return self.has(RAW) and self.layout().identity.topics[RAW.name] == topic_id

    def sizes(self) -> Mapping[str, int]:
        """How many records each existing topic has, about: transaction markers count."""
        missing = missing_topics(self.admin, self.kafka, self.topics)
        return {topic.name: self.size(topic) for topic in self.topics if topic.name not in missing}

    def size(self, topic: Topic) -> int:
        """How many records an existing topic has, about."""
        with TopicReader(self.kafka, topic.name) as reader:
            return sum(span.end - span.start for span in reader.spans())
