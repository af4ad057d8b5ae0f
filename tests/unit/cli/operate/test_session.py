"""What an operator is told of a command (QUAR-4)."""

import pytest

from app.cli.operate.session import actor, done
from app.core.commands import Quarantine
from tests.unit.core.folding import Log, decision


def test_an_account_of_ringfences_name_is_told_apart_from_ringfence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ringfence")
    assert actor() == "user ringfence"


def test_a_command_is_told_apart_from_what_was_due_by_then() -> None:
    log = Log(commanded=True)
    log.command(Quarantine(fleet="north", agent_id="bob", reason="drill", for_s=1.0))
    decided = decision(log.command(Quarantine(fleet="north", agent_id="eve", reason="audit"), after_s=2.0))
    assert [each.agent_id for each in decided.transitions] == ["bob", "eve"]
    assert (done(decided).agent_id, done(decided).state) == ("eve", "quarantined")
