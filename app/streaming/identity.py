"""Which cluster and which topics a store was built from: names can be used again, ids cannot."""

from collections.abc import Mapping, Sequence

import msgspec
from confluent_kafka import TopicCollection
from confluent_kafka.admin import AdminClient


class Identity(msgspec.Struct, frozen=True):
    """The cluster, and the id of each topic by its name."""

    cluster: str
    topics: Mapping[str, str]


class Layout(msgspec.Struct, frozen=True):
    """Topics as they are on the cluster now."""

    identity: Identity
    partitions: Mapping[str, int]
    """Number of partitions by topic."""


def describe(options: Mapping[str, object], topics: Sequence[str], *, timeout_s: float = 10.0) -> Layout:
    """Ask the cluster. `options` are those of a librdkafka client.

    Raises:
        KafkaException: the cluster cannot be reached, or a topic is missing.

    """
    admin = AdminClient(dict(options))
    cluster = admin.describe_cluster(request_timeout=timeout_s)
    futures = admin.describe_topics(TopicCollection(list(topics)), request_timeout=timeout_s)
    described = {name: future.result() for name, future in futures.items()}
    ids = {name: str(topic.topic_id) for name, topic in described.items()}
    return Layout(
        Identity(cluster.result().cluster_id, ids),
        {name: len(topic.partitions) for name, topic in described.items()},
    )
