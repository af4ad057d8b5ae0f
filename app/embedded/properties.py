"""The settings of the embedded broker."""

from collections.abc import Mapping
from pathlib import Path

from app.embedded.ports import HOST


def broker_properties(port: int, controller_port: int, log: Path, overrides: Mapping[str, str]) -> dict[str, str]:
    """Return the properties of a single KRaft node.

    An override of `listeners` names further listeners only: they are added to ours.

    >>> broker_properties(1, 2, Path("log"), {"listeners": "SSL://127.0.0.1:3"})["listeners"]
    'PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2,SSL://127.0.0.1:3'
    """
    further = overrides.get("listeners")
    listeners = [
        f"PLAINTEXT://{HOST}:{port}",
        f"CONTROLLER://{HOST}:{controller_port}",
        *([further] if further else []),
    ]
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{HOST}:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": ",".join(f"{name}:{protocol}" for name, protocol in _LISTENERS.items()),
        "log.dirs": str(log),
        "auto.create.topics.enable": "false",  # as on Confluent Cloud: a misspelt topic is an error
        **_ONE_NODE,
        **_QUICK,
        **_SMALL,
        **overrides,
        "listeners": ",".join(listeners),
    }


def to_text(properties: Mapping[str, str]) -> str:
    r"""Write a Java properties file.

    >>> to_text({"a": "b\\n"})
    'a=b\\\\n\n'
    """
    return "".join(f"{name}={value.replace(chr(92), chr(92) * 2)}\n" for name, value in properties.items())


_LISTENERS = {"CONTROLLER": "PLAINTEXT"} | {name: name for name in ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")}
_ONE_NODE = {
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
}
_QUICK = {
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
}
_SMALL = {
    "offsets.topic.num.partitions": "8",
    "transaction.state.log.num.partitions": "8",
    "num.network.threads": "2",
    "num.io.threads": "4",
}
