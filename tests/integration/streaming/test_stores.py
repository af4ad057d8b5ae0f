"""T2, STREAM-4: tables come back exactly, from their own position where it can be trusted, else from the start."""

import shutil

import pytest

from app.embedded.kafka import KafkaServer
from tests.integration.streaming.harness import Run

pytestmark = [pytest.mark.kafka]


def test_restart_reads_only_what_the_store_has_not(run: Run) -> None:
    worker = run.start()
    run.send(3_000)
    run.wait_decided()
    worker.terminate()
    worker.restart()
    run.send(100)
    run.wait_decided()
    assert worker.recovered() == [0, 0]
    assert run.ended_themselves() == []
    run.check()


def test_deleted_data_folder_is_rebuilt_from_the_changelogs(run: Run) -> None:
    worker = run.start()
    run.send(1_000)
    run.wait_decided()
    worker.kill()
    shutil.rmtree(worker.data)
    worker.restart()
    run.send(100)
    run.wait_decided()
    assert worker.recovered()[-1] > 0
    assert run.ended_themselves() == []
    run.check()


def test_corrupt_store_is_rebuilt(run: Run) -> None:
    worker = run.start()
    run.send(1_000)
    run.wait_decided()
    worker.terminate()
    for current in worker.data.glob("tables/*/CURRENT"):
        current.write_text("MANIFEST-none\n")
    worker.restart()
    run.send(100)
    run.wait_decided()
    assert worker.recovered()[-1] > 0
    assert worker.logged("cannot be opened")
    assert run.ended_themselves() == []
    run.check()


def test_store_of_another_cluster_is_rebuilt(run: Run, own_kafka: KafkaServer) -> None:
    """The same topics exist there, with other records: only the cluster and topic ids tell."""
    worker = run.start()
    run.send(1_000)
    run.wait_decided()
    worker.terminate()
    with Run(own_kafka.bootstrap, run.folder / "other", like=run) as other:
        other.send(400)
        shutil.copytree(worker.data, run.folder / "other" / "a")
        copy = other.start()
        other.wait_decided()
        assert copy.logged("is rebuilt")
        other.check()


def test_deleted_group_offsets_change_nothing(run: Run) -> None:
    worker = run.start()
    run.send(1_000)
    run.wait_decided()
    worker.terminate()
    run.wait_until(run.group_is_gone)
    worker.restart()
    run.send(100)
    run.wait_decided()
    assert run.ended_themselves() == []
    run.check()
