"""STREAM-1, BUS-6: a record that ends the process is tried alone, skipped after three deaths, and can be redriven."""

from itertools import islice

import pytest

from app.core.commands import name_of
from app.core.skips import read_skips
from app.events import LogPosition
from app.streaming.poison import DEATHS
from tests.system.command import ringfence
from tests.system.exactness import outcome_of
from tests.system.poison import DEADLY_MARK, FLEET, HOME, message
from tests.system.post import Post, posts
from tests.system.system import System

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]

DEADLY = Post(FLEET.encode(), message(content={"text": DEADLY_MARK.decode()}))


def test_deadly_record_is_skipped_and_redriven(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    [worker] = system.start("a", module="tests.system.deadly")
    *_, deadly, _ = system.send([*islice(posts(seed=1), 100), DEADLY, *islice(posts(seed=2), 1)])
    system.send(islice(posts(seed=3), 100))
    outcome = outcome_of(system)
    outcome.assert_exact()
    [letter] = outcome.letters
    assert (letter.position, letter.error) == (LogPosition(*deadly), "Skipped")
    [signed] = read_skips(outcome.recorded.skips, HOME)
    assert (signed.skip.first, signed.skip.last, name_of(signed.skip)) == (deadly.offset, deadly.offset, "skip")
    assert worker.exits.count(-9) >= DEATHS

    monkeypatch.setenv("RINGFENCE_KAFKA__BOOTSTRAP", system.kafka.bootstrap)
    monkeypatch.setenv("RINGFENCE_KEYS__OPERATOR", str(system.folder / "operator.pem"))
    system.start("b")
    ringfence("dead-letter", "redrive", str(deadly.partition), str(deadly.offset), "--reason", "fixed")
    outcome = outcome_of(system)
    outcome.assert_exact()
    [redriven] = [decision for decision in outcome.decisions if decision.agent_id == "mallory"]
    assert redriven.kind == "message"
