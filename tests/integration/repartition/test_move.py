"""BUS-2, BUS-7, STREAM-4, T2, T10 (design decision 2): a move changes nothing that was decided."""

import signal
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from app.archive.dump_file import read_dump
from app.archive.repartition.job import load
from app.core.entries import AgentEntry, PartitionEntry
from app.events import Decision
from app.streaming.failpoints import VARIABLE
from app.topics import RAW
from tests.integration.repartition.conftest import Command
from tests.integration.repartition.history import AFTER, Decided, Place

pytestmark = [pytest.mark.kafka]

STEPS = {
    "repartition-dump": 3,
    "repartition-archived": 0,
    "repartition-deleted": 0,
    "repartition-created": 0,
    "repartition-replay": 5,
}
"""Where the command is killed, one run after the other, and after how many passings."""


def test_moved_log_is_decided_as_before(
    history: tuple[Path, Decided], data: Path, repartition: Command, tmp_path: Path
) -> None:
    """From 4 to 6 partitions, killed in every step on the way: what was decided of each fleet comes out the same."""
    with Place(data).kafka() as server:
        for step, after in STEPS.items():
            failing = {VARIABLE: f"{step}:1:{tmp_path}:{after}", "RINGFENCE_KAFKA__BOOTSTRAP": server.bootstrap}
            killed = repartition(failing)
            assert killed.returncode == -signal.SIGKILL, (step, killed.stdout, killed.stderr)
    done = repartition()  # starts the folder's Kafka by itself
    assert done.returncode == 0, done.stderr
    assert f"RINGFENCE_KAFKA__PARTITIONS={AFTER}" in done.stdout
    assert "appended: 2 alerts of breakers" in done.stdout
    assert "ringfence mirror rebuild" in done.stdout
    _assert_archived(data / "archive" / f"repartition-{AFTER}")
    _assert_same(history[1], _decide_again(data))


def _assert_archived(folder: Path) -> None:
    """The archive's raw log is a dump like any other, and the job's file says what it alone has."""
    job = load(folder)
    assert job is not None
    assert job.outcome is not None
    assert len(job.outcome.skipped) == 1
    skips, records = read_dump(folder / job.dumps[RAW.name].file)
    assert (len(skips), len(list(records)) + len(skips)) == (1, job.dumps[RAW.name].records)


def _decide_again(data: Path) -> Decided:
    with Place(data).running(AFTER) as running:
        running.start_worker()
        return running.stopped()


def _assert_same(before: Decided, after: Decided) -> None:
    for fleet, decisions in before.decisions.items():
        assert after.decisions[fleet] == [each for each in decisions if not _is_misplaced_repeat(each)], fleet
    assert after.transitions == before.transitions
    assert _counts(after) == _counts(before)
    assert {key: (entry.state, entry.epoch) for key, entry in after.enforcement.items()} == {
        key: (entry.state, entry.epoch) for key, entry in before.enforcement.items()
    }
    assert Counter(after.letters) == Counter(letter for letter in before.letters if letter[0] not in _STAY)
    assert [before.breakers, len(before.breakers)] == [after.breakers, 2]
    assert len(after.partitions) == AFTER
    assert {_rules(entry) for entry in after.partitions.values()} == {
        _rules(entry) for entry in before.partitions.values()
    }


_STAY = ("Skipped", "NotContained", "UnknownIssuer")
"""Dead letters that only the archive has: of a skip, of a command, and one that was redriven."""


def _is_misplaced_repeat(decision: Decision) -> bool:
    return decision.kind == "duplicate" and decision.trust_before is None


def _counts(decided: Decided) -> dict[object, tuple[float | int, ...]]:
    return {key: _count(agent) for key, agent in decided.agents.items()}


def _count(agent: AgentEntry) -> tuple[float | int, ...]:
    return agent.good, agent.bad, agent.messages, agent.cooperations, agent.conflicts, agent.errors, agent.refusals


def _rules(entry: PartitionEntry) -> tuple[object, ...]:
    keys = tuple((name, key.public_key, key.role) for name, key in sorted(entry.keys.items()))
    return msgspec.json.encode(entry.policy), entry.engine_version, keys
