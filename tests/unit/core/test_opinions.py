"""Opinions of alerts stand on record, and do nothing else (RISK-3)."""

import msgspec
import pytest

from app.core.commands import Command, EnrollKey, Opine, Quarantine, Release
from app.core.incidents import MAX_OPINIONS
from app.core.outputs import Step
from app.core.policy import Policy, TrustPolicy
from app.events import Alert
from tests.unit.core.folding import Log, alerts, dead_letter, decision
from tests.unit.core.records import PARTITION, Record, Signer, message

ANALYST = "analyst-1"


def _log() -> tuple[Log, Signer, Alert]:
    """A log with an open alert, and an analyst that may sign."""
    log, analyst = Log(Policy(mode="off", trust=TrustPolicy(prior=1.0)), commanded=True), Signer(ANALYST)
    log.command(EnrollKey(partition=PARTITION, name=ANALYST, public_key=analyst.public_key, role="analyst"))
    found: list[Alert] = []
    while not found:
        found = _low(log.say("bob", "response", ("ann",), content={"error": "no"}))
    return log, analyst, found[0]


def _low(done: Step) -> list[Alert]:
    return [alert for alert in alerts(done) if alert.pattern == "low_trust"]


def _opinion(alert: Alert, rationale: str = "the errors are real", alert_id: str | None = None) -> Opine:
    return Opine(
        fleet="north",
        pattern=alert.pattern,
        subject=alert.subject,
        alert_id=alert_id or alert.alert_id,
        verdict="agrees",
        confidence=0.75,
        rationale=rationale,
        model="model-1",
        actor=ANALYST,
    )


def test_an_opinion_stands_beside_its_alert_until_that_is_resolved() -> None:
    log, analyst, alert = _log()
    (told,) = _low(log.command(_opinion(alert), analyst))
    assert (told.state, told.alert_id, told.severity) == ("updated", alert.alert_id, alert.severity)
    assert isinstance(told.opinions, tuple)
    (given,) = told.opinions
    assert (given.verdict, given.confidence, given.rationale) == ("agrees", 0.75, "the errors are real")
    assert (given.model, given.time) == ("model-1", log.now)
    (resolved,) = _low(log.say("ann", after_s=10**9))
    assert (resolved.state, resolved.opinions) == ("resolved", told.opinions)


def test_the_latest_few_are_kept_while_the_alert_changes() -> None:
    log, analyst, alert = _log()
    for number in range(MAX_OPINIONS + 1):
        log.command(_opinion(alert, f"look {number}"), analyst)
    while not (changed := _low(log.say("bob", "response", ("ann",), after_s=20.0, content={"error": "no"}))):
        pass
    assert isinstance(changed[0].opinions, tuple)
    assert [given.rationale for given in changed[0].opinions] == [f"look {n + 1}" for n in range(MAX_OPINIONS)]


def test_names_of_any_length_do_not_keep_an_alert_from_its_opinion() -> None:
    log, analyst, alert = _log()
    opinion = _opinion(alert, alert_id=f"{'n' * 256}:low_trust:1")
    long = msgspec.structs.replace(opinion, subject=f"{'k' * 256}/{'r' * 256}")
    assert dead_letter(log.command(long, analyst)).error == "NoSuchAlert"


def test_an_opinion_moves_no_score() -> None:
    log, analyst, alert = _log()
    before = log.trust("bob")
    assert decision(log.command(_opinion(alert), analyst, after_s=0.0)).changes == ()
    assert log.trust("bob") == before


@pytest.mark.parametrize("subject", ["bob", "nobody"])
def test_of_an_alert_that_is_not_open_there_is_none(subject: str) -> None:
    log, analyst, alert = _log()
    late = _opinion(alert, alert_id="north:low_trust:9")
    done = log.command(msgspec.structs.replace(late, subject=subject), analyst)
    assert dead_letter(done).error == "NoSuchAlert"


@pytest.mark.parametrize(
    "command",
    [
        Quarantine(fleet="north", agent_id="bob", reason="I think so", actor=ANALYST),
        Release(fleet="north", agent_id="bob", reason="I think so", actor=ANALYST),
    ],
)
def test_an_analyst_gives_opinions_and_no_orders(command: Command) -> None:
    log, analyst, _ = _log()
    assert dead_letter(log.command(command, analyst)).error == "NotAllowed"


def test_an_analyst_signs_no_copies() -> None:
    log, analyst, _ = _log()
    value = message("eve")
    done = log.append(value, analyst.sign_copy(Record(7, value, partition=PARTITION + 1)))
    assert dead_letter(done).error == "NotAllowed"
