"""Rings and Sybils are found, and those who merely think well of each other are not (PATTERN-5, TRUST-6)."""

from itertools import permutations

from app.core.outputs import Step
from tests.unit.core.folding import Log, alerts

HONEST = tuple(f"honest{number}" for number in range(8))
RING = ("eve", "mal", "zed")


def _rate(log: Log, rater: str, rated: str, rating: int) -> Step:
    content = {"kind": "rating", "rating": rating, "scale": [0, 10]}
    return log.say(rater, "request", (rated,), content=content)


def _found(done: Step, pattern: str) -> list[tuple[str, list[str]]]:
    return [
        (alert.state, [agent.agent_id for agent in alert.agents]) for alert in alerts(done) if alert.pattern == pattern
    ]


def _honest_day(log: Log, found: str) -> list[tuple[str, list[str]]]:
    seen = []
    for turn in range(4):
        for rater, rated in permutations(HONEST, 2):
            seen += _found(_rate(log, rater, rated, 9 if turn % 2 or rated > "honest3" else 3), found)
    return seen


def _conspire(log: Log, times: int = 6) -> list[tuple[str, list[str]]]:
    seen = []
    for _ in range(times):
        for rater, rated in permutations(RING, 2):
            seen += _found(_rate(log, rater, rated, 10), "collusion")
            seen += _found(_rate(log, rater, HONEST[0], 0), "collusion")
    return seen


def test_a_cluster_that_praises_itself_and_nobody_else_is_a_ring() -> None:
    log = Log()
    _honest_day(log, "collusion")
    found = _conspire(log)
    assert found[0] == ("opened", list(RING))
    assert {state for state, _ in found[1:]} <= {"updated"}


def test_a_ring_is_found_where_hardly_anybody_praises_back() -> None:
    log, found = Log(), []
    _honest_day(log, "collusion")
    for _ in range(6):
        for rater, rated in (("eve", "mal"), ("mal", "zed"), ("zed", "kim"), ("kim", "eve"), ("eve", "kim")):
            found += _found(_rate(log, rater, rated, 10), "collusion")
    assert found[0] == ("opened", ["eve", "kim", "mal", "zed"])


def test_its_members_lose_trust_and_their_praise_counts_for_nothing() -> None:
    log = Log()
    _honest_day(log, "collusion")
    _conspire(log)
    assert all(log.trust(member) < 60.0 for member in RING)
    before = log.trust("mal")
    _rate(log, "zed", "mal", 10)
    assert log.trust("mal") == before


def test_members_that_are_praised_on_merit_are_no_ring() -> None:
    log = Log()
    assert _honest_day(log, "collusion") == []


def test_the_majority_is_no_ring_though_it_praises_itself_alone() -> None:
    log = Log()
    for _ in range(6):
        for rater, rated in permutations(HONEST, 2):
            done = _rate(log, rater, rated, 9)
            assert _found(done, "collusion") == []
        for rater, rated in permutations(("p", "q"), 2):
            _rate(log, rater, rated, 9)


def test_friends_who_praise_others_too_are_no_ring() -> None:
    log = Log()
    _honest_day(log, "collusion")
    for _ in range(6):
        for rater, rated in permutations(RING, 2):
            assert _found(_rate(log, rater, rated, 10), "collusion") == []
            assert _found(_rate(log, rater, HONEST[5], 9), "collusion") == []


def test_identities_born_together_that_praise_one_are_sybils() -> None:
    log = Log()
    _honest_day(log, "sybil")
    log.now += 4 * 3_600_000
    names = [f"s{number}" for number in range(6)]
    found = []
    for _ in range(3):
        for name in names:
            found += _found(_rate(log, name, "honest0", 10), "sybil")
    _, agents = found[-1]
    assert found[0][0] == "opened"
    assert sorted(agents) == sorted(["honest0", *names])
    assert all(log.trust(name) < 30.0 for name in names)
    assert log.trust("honest0") > 80.0


def test_newcomers_that_like_whom_all_like_are_none() -> None:
    log = Log()
    for _ in range(4):
        for rater in HONEST[1:]:
            _rate(log, rater, HONEST[0], 9)
    log.now += 4 * 3_600_000
    for _ in range(3):
        for number in range(6):
            assert _found(_rate(log, f"s{number}", HONEST[0], 10), "sybil") == []


def test_a_ring_resolves_when_it_is_quiet() -> None:
    log = Log()
    _honest_day(log, "collusion")
    _conspire(log)
    assert _found(log.say("ann", after_s=2 * 86_400.0), "collusion") == [("resolved", list(RING))]
