"""Bottlenecks: blame goes to where the calls start to be slow, not to those who wait (METRIC-3, QUAR-5, D12)."""

import msgspec

from app.core.outputs import Step
from app.events import Alert
from tests.unit.core.folding import Log, alerts


def _found(steps: list[Step], pattern: str = "bottleneck") -> list[Alert]:
    return [alert for done in steps for alert in alerts(done) if alert.pattern == pattern and alert.state == "opened"]


def _states(steps: list[Step], pattern: str) -> list[Alert]:
    return [alert for step in steps for alert in alerts(step) if alert.pattern == pattern]


def _culprits(steps: list[Step]) -> set[str]:
    return {alert.agents[0].agent_id for alert in _found(steps)}


def _call(log: Log, trace: str, *, db_s: float, wire_us: int | None = None) -> list[Step]:
    """User asks web, which asks db, which takes `db_s`."""
    timing = {} if wire_us is None else {"duration_us": int(db_s * 1e6), "caller_saw_us": int(db_s * 1e6) + wire_us}
    return [
        log.say("user", "request", ("web",), 1.0, conversation_id=trace),
        log.say("web", "request", ("db",), 0.01, conversation_id=trace),
        log.say("db", "response", ("web",), db_s, conversation_id=trace, content=timing),
        log.say("web", "response", ("user",), 0.01, conversation_id=trace),
    ]


def _calls(log: Log, name: str, count: int, *, db_s: float, wire_us: int | None = None) -> list[Step]:
    return [done for n in range(count) for done in _call(log, f"{name}-{n}", db_s=db_s, wire_us=wire_us)]


def test_steady_calls_have_no_bottleneck() -> None:
    log = Log()
    assert not _found(_calls(log, "day", 60, db_s=0.05))


def test_the_innocent_upstream_that_waits_is_not_blamed() -> None:
    """Each answer of web is as late as those of db, but its own time is as ever."""
    log = Log()
    _calls(log, "day", 30, db_s=0.05)
    slow = _calls(log, "slow", 15, db_s=1.0)
    assert _culprits(slow) == {"db"}
    (alert,) = _found(slow)
    assert [(agent.agent_id, agent.role) for agent in alert.agents] == [("db", "culprit"), ("web", "victim")]


def test_a_slow_wire_to_an_agent_is_laid_at_its_door() -> None:
    log = Log()
    _calls(log, "day", 30, db_s=0.05, wire_us=1_000)
    assert _culprits(_calls(log, "slow", 15, db_s=0.05, wire_us=900_000)) == {"db"}


def test_one_slow_call_among_many_is_none() -> None:
    log = Log()
    _calls(log, "day", 30, db_s=0.05)
    assert not _found([*_calls(log, "slow", 1, db_s=5.0), *_calls(log, "after", 10, db_s=0.05)])


def test_a_caller_that_fails_because_its_callee_has_failed_is_not_blamed() -> None:
    log = Log()
    steps = []
    _calls(log, "day", 30, db_s=0.05)
    for n in range(25):
        trace, error = f"bad-{n}", {"error": "down"}
        log.say("user", "request", ("web",), 1.0, conversation_id=trace)
        log.say("web", "request", ("db",), 0.01, conversation_id=trace)
        steps.append(log.say("db", "response", ("web",), 0.05, conversation_id=trace, content=error))
        steps.append(log.say("web", "response", ("user",), 0.01, conversation_id=trace, content=error))
    assert _culprits(steps) == {"db"}


def test_many_that_fail_at_once_in_the_same_way_have_a_common_cause() -> None:
    """QUAR-5: the cause is named, nobody is condemned."""
    log = Log()
    steps = []
    for turn in range(6):
        for n in range(8):
            trace = f"{turn}-{n}"
            log.say("user", "request", (f"agent-{n}",), 0.1, conversation_id=trace)
            steps.append(
                log.say(f"agent-{n}", "response", ("user",), 0.1, conversation_id=trace, content={"error": "no quota"})
            )
    (alert,) = _found(steps, "common_cause")
    assert "no quota" in alert.explanation
    assert all(agent.role == "victim" for agent in alert.agents)
    assert len(alert.agents) >= 5


AGENTS = tuple(f"agent-{n}" for n in range(8))


def _fail(log: Log, agents: tuple[str, ...], error: str = "no quota") -> list[Step]:
    """Each agent answers the user with this error."""
    steps = []
    for agent in agents:
        trace = str(log.offset)
        log.say("user", "request", (agent,), 0.5, conversation_id=trace)
        steps.append(log.say(agent, "response", ("user",), 0.5, conversation_id=trace, content={"error": error}))
    return steps


def test_whoever_was_blamed_before_the_common_cause_was_known_is_so_no_longer() -> None:
    log = Log()
    assert _culprits(_fail(log, AGENTS[:1] * 4)) == {"agent-0"}
    states = [alert.state for alert in _states(_fail(log, AGENTS * 2), "bottleneck")]
    assert states == ["resolved"]


def test_one_that_fails_far_more_than_the_others_does_not_end_their_excuse_and_shares_it() -> None:
    log = Log()
    assert _found(_fail(log, AGENTS * 3), "common_cause")
    steps = [step for turn in range(40) for step in _fail(log, (*AGENTS[:1] * 5, AGENTS[1 + turn % 7]))]
    assert _culprits(steps) == set()
    assert {alert.state for alert in _states(steps, "common_cause")} == {"updated"}


def test_whoever_fails_on_after_the_others_is_blamed_once_the_common_cause_is_over() -> None:
    log = Log()
    assert _found(_fail(log, AGENTS * 3), "common_cause")
    assert _culprits(_fail(log, AGENTS[:1] * 100)) == set()
    assert _culprits(_fail(log, AGENTS[:1] * 40)) == {"agent-0"}


def test_whoever_fails_in_another_way_is_blamed_beside_a_common_cause() -> None:
    log = Log()
    assert _found(_fail(log, AGENTS * 3), "common_cause")
    assert _culprits(_fail(log, AGENTS[:1] * 80, "disk full")) == {"agent-0"}


def test_troubles_end_by_themselves() -> None:
    log = Log()
    _calls(log, "day", 30, db_s=0.05)
    _calls(log, "slow", 15, db_s=1.0)
    log.say("clock", after_s=3_600)
    assert "troubles" not in {msgspec.json.decode(key)[0] for key in log.fold.stored()["detection"]}


def test_an_agent_that_fails_in_ever_new_ways_takes_no_more_memory() -> None:
    log = Log()
    for number in range(50):
        trace = str(number)
        log.say("user", "request", ("eve",), 0.1, conversation_id=trace)
        log.say("eve", "response", ("user",), 0.1, conversation_id=trace, content={"error": f"no. {number}"})
    ways = [key for key in map(msgspec.json.decode, log.fold.stored()["detection"]) if key[0] == "census"]
    assert len(ways) == 2
