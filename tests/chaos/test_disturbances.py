"""STREAM-1, STREAM-4, BUS-7: one disturbance each; the outcome is always that of the undisturbed fold."""

import shutil
from itertools import islice
from pathlib import Path

import pytest

from app.streaming.failpoints import VARIABLE
from tests.system.exactness import outcome_of
from tests.system.load import SteadyLoad
from tests.system.post import Disorder, Post, posts
from tests.system.system import LIVELY, System

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

HITS = 3
PLACES = {
    "before-transaction": 20,
    "between-sends": 150,
    "before-commit": 30,
    "after-commit": 25,
    "during-recovery": 0,
    "during-rebalance": 0,
}
"""Named moments at which workers die, and how often a process passes each before."""


def some(count: int, seed: int) -> list[Post]:
    return list(islice(posts(seed=seed, disorder=Disorder()), count))


def test_deaths_at_the_worst_moments(system: System, tmp_path: Path) -> None:
    """Three each: before the transaction, in its sends, before and after the commit, in recovery, in a rebalance."""
    armed = ",".join(f"{place}:{HITS}:{tmp_path}:{after}" for place, after in PLACES.items())
    expected = {f"{place}.{hit}" for place in PLACES for hit in range(HITS)}
    with SteadyLoad(system.sender, posts(seed=1, disorder=Disorder()), 200):
        system.start("a", "b", environment={VARIABLE: armed})
        system.wait_until(lambda: {hit.name for hit in tmp_path.iterdir()} == expected, f"all of {expected}", 150)
    outcome_of(system).assert_exact()


def test_rolling_restart_under_load(system: System) -> None:
    workers = system.start("a", "b", environment={})
    with SteadyLoad(system.sender, posts(seed=2, disorder=Disorder()), 500):
        for worker in workers:
            assert worker.stop() == 0
            system.start(worker.name)
    outcome_of(system).assert_exact()


def test_deleted_data_folders(system: System) -> None:
    """Keys, stores and notes are gone: the supervisor enrolls new keys, the changelogs have the tables."""
    workers = system.start("a", "b")
    system.send(some(2_000, seed=3))
    for worker in workers:
        worker.wanted = False
        worker.kill()
        shutil.rmtree(worker.data)
    system.start("a", "b")
    system.send(some(1_000, seed=4))
    outcome_of(system).assert_exact()


def test_deleted_group_offsets(system: System) -> None:
    """The tables hold the position; the group's offsets only show lag."""
    system.start("a")
    system.send(some(1_000, seed=5))
    system.settle()
    system.stop()
    system.delete_group()
    system.send(some(500, seed=6))
    system.start("a")
    outcome_of(system).assert_exact()


def test_store_of_another_cluster(system: System, tmp_path: Path) -> None:
    """A copied data folder is rebuilt, not believed."""
    with System(tmp_path) as other:
        other.put_in_force(LIVELY)
        other.start("a")
        other.send(some(1_000, seed=7))
        other.settle()
        other.stop()
        [worker] = system.start("a")
        system.stop()
        shutil.rmtree(worker.data / "tables")
        shutil.copytree(other.workers["a"].data / "tables", worker.data / "tables")
    system.start("a")
    assert worker.logged("table store is rebuilt")
    system.send(some(500, seed=8))
    outcome_of(system).assert_exact()
