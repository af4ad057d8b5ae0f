"""Cascades: what spreads, within a window, and what only looks like it (PATTERN-3, D12)."""

import msgspec

from app.core.outputs import Step
from app.core.policy import CascadePolicy, Policy
from app.events import Alert
from tests.unit.core.folding import Log, alerts


def _cascades(steps: list[Step]) -> list[Alert]:
    return [alert for done in steps for alert in alerts(done) if alert.pattern == "cascade" and alert.state == "opened"]


def _tell(log: Log, agent: str, *to: str, about: str = "rumour", after_s: float = 1.0, kind: str = "notice") -> Step:
    return log.say(agent, kind, to, after_s, conversation_id=about)


def _spread(log: Log, levels: int, about: str = "rumour") -> list[Step]:
    """Every agent that is told tells two more."""
    steps, told = [], ["a"]
    for _ in range(levels):
        reached = [(agent, agent + end) for agent in told for end in "xy"]
        steps += [_tell(log, agent, target, about=about) for agent, target in reached]
        told = [target for _, target in reached]
    return steps


def _hand(log: Log, agent: str, to: str, after_s: float = 1.0) -> Step:
    return log.say(agent, "request", (to,), after_s, content={"kind": "transfer"})


def _ordinary_days(log: Log, days: int = 60) -> list[Step]:
    """Agents that hand over one thing each, now and then two to the same: pauses of some 20 s."""
    steps = []
    for day in range(days):
        steps += [_hand(log, f"agent-{day}", f"shop-{day}", 20), _hand(log, f"agent-{day}", f"shop-{day}", 20)]
    return [*steps, log.say("clock", after_s=600)]


def test_activity_that_doubles_at_each_step_is_a_cascade_while_it_is_small() -> None:
    """METRIC-5: early warning, with the number, the root and what it will come to."""
    (found, *_) = _cascades(_spread(Log(), 5))
    assert found.agents[0].agent_id == "a"
    assert found.agents[0].role == "culprit"
    assert all(agent.role != "culprit" for agent in found.agents[1:])
    assert found.reproduction_number > 1.0  # type: ignore[operator] # a cascade has one
    assert len(found.agents) < 32
    assert found.expected_final_size >= len(found.agents)  # type: ignore[operator] # and the other


def test_passing_on_from_one_to_the_next_is_no_cascade() -> None:
    log = Log()
    assert not _cascades([_tell(log, f"agent-{n}", f"agent-{n + 1}") for n in range(60)])


def test_what_is_not_about_the_same_is_not_set_off() -> None:
    """Another conversation is another cause."""
    log = Log()
    steps = [_tell(log, f"a{n}", f"a{2 * n + side}", about=f"{n}-{side}") for n in range(1, 60) for side in (0, 1)]
    assert not _cascades(steps)


def test_lifetime_counts_are_no_cascade() -> None:
    """The same doubling, with more than a window between the steps: nobody sets anybody off."""
    log = Log(Policy(cascade=CascadePolicy(window_s=10, max_window_s=10)))
    steps = [_tell(log, f"a{n}", f"a{2 * n + side}", after_s=30) for n in range(1, 60) for side in (0, 1)]
    assert not _cascades(steps)


def test_a_failure_that_makes_callers_fail_is_a_cascade_of_the_first_that_failed() -> None:
    log = Log()
    callers = tuple(f"caller-{n}" for n in range(12))
    steps = [log.say("db", "response", callers, conversation_id="c", content={"error": "down"})]
    steps += [
        log.say(caller, "response", ("user",), conversation_id="c", content={"error": "no db"}) for caller in callers
    ]
    (found,) = _cascades(steps)
    assert found.agents[0].agent_id == "db"
    assert {agent.agent_id for agent in found.agents[1:] if agent.role == "victim"} <= set(callers)


def test_a_delegation_that_is_answered_is_no_cascade() -> None:
    log = Log()
    workers = tuple(f"worker-{n}" for n in range(30))
    steps = [log.say("boss", "request", workers, conversation_id="c")]
    steps += [log.say(worker, "response", ("boss",), conversation_id="c") for worker in workers]
    assert not _cascades([*steps, log.say("clock", after_s=100_000)])


def test_an_unprompted_fan_out_to_new_agents_stands_out_of_a_fleet_that_hands_on_one_thing_each() -> None:
    log = Log()
    steps = _ordinary_days(log) + [_hand(log, "hub", f"mule-{n}", 15) for n in range(9)]
    (found,) = _cascades([*steps, log.say("clock", after_s=5_000)])
    assert found.agents[0].agent_id == "hub"
    assert {agent.agent_id for agent in found.agents[1:]} == {f"mule-{n}" for n in range(9)}


def test_handing_on_what_was_gathered_before_is_none() -> None:
    log = Log()
    steps = _ordinary_days(log) + [_hand(log, f"payer-{n}", "hub", 5) for n in range(3)]
    steps += [_hand(log, "hub", f"mule-{n}", 15) for n in range(9)]
    assert not _cascades([*steps, log.say("clock", after_s=5_000)])


def test_scattered_work_that_is_gathered_again_is_none() -> None:
    log = Log()
    steps = _ordinary_days(log) + [_hand(log, "hub", f"mule-{n}", 10) for n in range(9)]
    steps += [_hand(log, f"mule-{n}", "sink", 1) for n in range(9)]
    assert not _cascades([*steps, log.say("clock", after_s=5_000)])


def test_the_same_fan_out_again_reaches_nobody_new() -> None:
    log = Log()
    _ordinary_days(log)
    steps = [_hand(log, "hub", f"mule-{n}", 15) for _ in range(4) for n in range(9)]
    assert len(_cascades([*steps, log.say("clock", after_s=5_000)])) <= 1


def test_a_quiet_fleet_keeps_nothing() -> None:
    log = Log()
    _ordinary_days(log)
    log.say("clock", after_s=3_000_000)
    kept = {msgspec.json.decode(key)[0] for key in log.fold.stored()["detection"]}
    assert not kept & {"spread", "trees"}


def test_trouble_that_makes_its_receivers_fail_and_pass_it_on_is_a_cascade_of_its_origin() -> None:
    """Known while half of those told have not gone on yet: all that it is sent to counts once receivers fail."""
    log, told = Log(), ["a"]
    steps = []
    for _ in range(3):
        reached = [(agent, agent + end) for agent in told for end in "xyz"]
        for agent, target in reached:
            steps.append(_tell(log, agent, target, kind="request"))
            steps.append(log.say(target, "response", (agent,), conversation_id="rumour", content={"error": "corrupt"}))
        told = [target for _, target in reached]
    found = _cascades(steps)
    assert found
    assert {alert.agents[0].agent_id for alert in found} == {"a"}
