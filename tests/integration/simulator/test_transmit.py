"""SIM-2, BUS-4: `ringfence simulate` sends a fleet's messages to the log, in order, keyed by the fleet."""

from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from app.bus.admin import declare
from app.bus.reader import read_topic
from app.cli.main import main
from app.core.partitioner import home
from app.embedded.kafka import KafkaServer
from app.events import decode_message
from app.settings import KafkaSettings
from app.topics import RAW

pytestmark = pytest.mark.kafka


def test_messages_reach_the_log_in_order_and_on_their_fleets_partition(
    own_kafka: KafkaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = KafkaSettings(bootstrap=own_kafka.bootstrap)
    declare(AdminClient({"bootstrap.servers": own_kafka.bootstrap}), settings, [RAW])
    monkeypatch.setenv("RINGFENCE_KAFKA__BOOTSTRAP", own_kafka.bootstrap)
    with pytest.raises(SystemExit) as ended:
        main(["simulate", "--fleets", "3", "--rate", "200", "--for", "3", "--data", str(tmp_path)])
    records = read_topic(settings, RAW.name)
    assert ended.value.code == 0
    assert len(records) > 400
    for record in records:
        assert record.key is not None
        assert record.partition == home(record.key.decode(), settings.partitions)
    messages = [decode_message(record.value or b"") for record in records]
    for fleet in ("healthy-1", "healthy-2", "healthy-3"):
        times = [message.timestamp or "" for message in messages if message.fleet == fleet]
        assert times
        assert times == sorted(times)
