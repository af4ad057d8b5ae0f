"""STREAM-1, BUS-6, D5: bad records among good ones. Each is a dead letter, the good ones are decided, nothing stops."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import chain, islice
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.bus.enrollment import prepare_log
from app.bus.issuer import Issuer
from app.core.commands import Tick
from app.events import DeadLetter, LogPosition
from tests.system.exactness import Outcome, outcome_of
from tests.system.load import Position
from tests.system.poison import HOME, Bad, Keys, bad_records, message
from tests.system.post import Post, posts
from tests.system.system import LIVELY, System

pytestmark = [pytest.mark.kafka]

MB = 1024 * 1024
GOOD_BETWEEN = 5


class Poisoned(NamedTuple):
    """What was sent, where it stands, and what became of it."""

    bad: list[tuple[Bad, Position]]
    good: list[Position]
    outcome: Outcome
    pids: list[int | None]
    """Of the worker, before and after."""

    def letter(self, position: Position) -> DeadLetter:
        [found] = [letter for letter in self.outcome.letters if letter.position == LogPosition(*position)]
        return found


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Poisoned]:
    with System(tmp_path_factory.mktemp("system")) as system:
        system.put_in_force(LIVELY)
        [worker] = system.start("a")
        pid = worker.pid
        kinds = list(all_kinds(system))
        rows = [(bad, list(islice(posts(seed=number), GOOD_BETWEEN))) for number, bad in enumerate(kinds)]
        placed = iter(system.send(chain(large_ones(), chain.from_iterable([bad.post, *good] for bad, good in rows))))
        good_positions = list(islice(placed, len(large_ones())))
        bad_positions = []
        for bad, good in rows:
            bad_positions.append((bad, next(placed)))
            good_positions += islice(placed, len(good))
        system.settle()
        pids = [pid, worker.pid]
        yield Poisoned(bad_positions, good_positions, outcome_of(system), pids)


def all_kinds(system: System) -> Iterator[Bad]:
    """Those that can be made beforehand, and a command that stands on the log already."""
    worker = Issuer("worker-of-the-test", Ed25519PrivateKey.generate())
    prepare_log(system.settings, system.operator, [worker])
    tick = system.signed(Tick(partition=HOME))
    system.send([tick])
    yield Bad("copied command", "Copied", tick)
    yield from bad_records(Keys(system.operator, worker))


def large_ones() -> list[Post]:
    """Messages of 10 MB, the second of them misplaced: nothing is wrong with either."""
    large = Post(None, message(content="x" * (10 * MB)), HOME)
    return [large, large._replace(partition=(HOME + 1) % 8)]


def test_there_are_fifty_kinds(poisoned: Poisoned) -> None:
    assert len({bad.kind for bad, _ in poisoned.bad}) == len(poisoned.bad) >= 50


def test_each_bad_record_is_a_dead_letter_that_says_why(poisoned: Poisoned) -> None:
    said = {bad.kind: poisoned.letter(position).error for bad, position in poisoned.bad}
    assert said == {bad.kind: bad.error for bad, _ in poisoned.bad}
    assert all(poisoned.letter(position).reason for _, position in poisoned.bad)


def test_dead_letters_have_the_original_bytes(poisoned: Poisoned) -> None:
    """By reference where they are too many."""
    for bad, position in poisoned.bad:
        letter, value = poisoned.letter(position), bad.post.value or b""
        assert letter.raw == (None if bad.bulky else value), bad.kind
        assert (letter.raw_sha256, letter.raw_size) == (sha256(value).hexdigest(), len(value)), bad.kind
        assert bad.bulky or (letter.key, letter.headers) == (bad.post.key, bad.post.headers), bad.kind


def test_good_records_are_decided(poisoned: Poisoned) -> None:
    decided = {decision.position for decision in poisoned.outcome.decisions}
    assert {LogPosition(*position) for position in poisoned.good} <= decided


def test_worker_never_stops(poisoned: Poisoned) -> None:
    before, after = poisoned.pids
    assert before == after


def test_nothing_else_happened(poisoned: Poisoned) -> None:
    """STREAM-4: the fold of the dump agrees in every byte."""
    poisoned.outcome.assert_exact()
