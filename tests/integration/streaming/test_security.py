"""BUS-1: a worker reaches Kafka over TLS with a password, with all of its clients."""

from pathlib import Path

import pytest

from app.embedded import ports
from app.embedded.kafka import KafkaServer
from tests.integration.embedded import certificates
from tests.integration.streaming.harness import Run

pytestmark = [pytest.mark.kafka]


def test_worker_folds_over_sasl_ssl(tmp_path: Path) -> None:
    port = ports.free_port()
    files = certificates.make(tmp_path / "certificates")
    overrides = {
        "listeners": f"SASL_SSL://127.0.0.1:{port}",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": (
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(files.broker),
    }
    scram = ["--add-scram", "SCRAM-SHA-512=[name=alice,password=wonderland]"]
    security = {
        "bootstrap": f"127.0.0.1:{port}",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_username": "alice",
        "sasl_password": "wonderland",
        "ca_file": str(files.authority),
    }
    with (
        KafkaServer(tmp_path / "kafka", overrides=overrides, format_options=scram) as server,
        Run(server.bootstrap, tmp_path / "run", security=security) as run,
    ):
        run.start()
        run.send(500)
        run.wait_decided()
        run.check()
