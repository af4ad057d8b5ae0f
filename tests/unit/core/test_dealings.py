"""Dealings: defection that nobody provoked costs, retaliation does not (TRUST-2)."""

from app.core.policy import Policy, TrustPolicy
from tests.unit.core.folding import Log, decision

POLICY = Policy(trust=TrustPolicy(half_life_s=1e9))


def _play(log: Log, one: str, other: str, moves: str, others: str) -> None:
    for mine, theirs in zip(moves, others, strict=True):
        _move(log, one, other, mine)
        _move(log, other, one, theirs)


def _move(log: Log, agent: str, partner: str, move: str) -> None:
    action = {"C": "cooperate", "D": "defect"}[move]
    log.say(agent, "request", (partner,), content={"kind": "move", "action": action})


def test_unprovoked_defection_costs_and_retaliation_does_not() -> None:
    log = Log(POLICY)
    _play(log, "eve", "bob", "DDDDDDDD", "CDDDDDDD")
    assert log.trust("eve") < 90.0
    assert log.trust("bob") == 100.0


def test_who_makes_good_what_it_took_is_fair_again() -> None:
    log = Log(POLICY)
    _play(log, "eve", "bob", "DC", "CD")
    assert log.trust("eve") == 100.0


def test_a_partner_counts_once_however_long_the_dealing() -> None:
    """So many wronged partners are not made up for by one that is treated well for long."""
    log = Log(POLICY)
    for number in range(6):
        _play(log, "eve", f"victim{number}", "DD", "CC")
    low = log.trust("eve")
    _play(log, "eve", "friend", "C" * 64, "C" * 64)
    assert log.trust("eve") < low + 12.0
    assert log.trust("victim1") == 100.0


def test_moves_that_nobody_answers_count_too() -> None:
    log = Log(POLICY)
    for _ in range(8):
        _move(log, "eve", "bob", "D")
        _move(log, "ann", "bob", "C")
    assert log.trust("eve") < log.trust("ann") == 100.0


def test_another_action_is_no_move() -> None:
    log = Log(POLICY)
    done = log.say("ann", "request", ("bob",), content={"kind": "move", "action": "wait"})
    assert decision(done).changes == ()
