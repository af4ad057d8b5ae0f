"""OPS-2: the jars are the locked ones."""

from pathlib import Path

import pytest

from app.embedded import jars
from app.embedded.errors import DownloadError


def test_the_lock_names_kafka_and_all_that_it_needs() -> None:
    locked = [jars.Jar.parse(line) for line in jars.LOCK.read_text().splitlines()]
    assert ("kafka_2.13", jars.KAFKA_VERSION) in {(jar.artifact, jar.version) for jar in locked}
    assert all(len(jar.sha256) == 64 for jar in locked)


def test_a_damaged_jar_is_fetched_anew_and_no_network_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = (
        tmp_path / "maven/org/apache/kafka/kafka_2.13" / jars.KAFKA_VERSION / f"kafka_2.13-{jars.KAFKA_VERSION}.jar"
    )
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"half of it")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    only = next(line for line in jars.LOCK.read_text().splitlines() if ":kafka_2.13:" in line)
    (tmp_path / "one.lock").write_text(only)
    monkeypatch.setattr(jars, "LOCK", tmp_path / "one.lock")
    with pytest.raises(DownloadError, match="is the network"):
        jars.fetch(tmp_path)
    assert not damaged.exists()
