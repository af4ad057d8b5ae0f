"""What a door says (QUAR-2, QUAR-3)."""

from typing import Literal

import pytest
from msgspec.structs import replace

from api.doors.ruling import Act, Porter
from app.events import EnforcementState, Mode, Restraint, Transition
from app.settings import SidecarSettings
from tests.unit.api.doors.samples import book_of, transition


def _porter(*transitions: Transition, fresh: bool = True, when_stale: Literal["open", "closed"] = "open") -> Porter:
    return Porter(book_of(*transitions, fresh=fresh), SidecarSettings(when_stale=when_stale))


def test_who_was_never_contained_may_go_on() -> None:
    ruling = _porter().rule("north", "ann", Act())
    assert (ruling.allow, ruling.verdict, ruling.state, ruling.fresh) == (True, "allow", "trusted", True)


@pytest.mark.parametrize("mode", ["shadow", "warn"])
def test_a_containment_that_does_not_bind_is_told_and_lets_through(mode: Mode) -> None:
    ruling = _porter(transition(mode=mode)).rule("north", "bob", Act())
    assert (ruling.allow, ruling.verdict, ruling.state, ruling.mode) == (True, "warn", "quarantined", mode)


def test_a_quarantine_that_binds_turns_away_and_says_why() -> None:
    ruling = _porter(transition()).rule("north", "bob", Act())
    assert (ruling.allow, ruling.verdict, ruling.reason) == (False, "deny", "trust 12.0 is under 30")


def test_an_appeal_is_no_reason_to_be_turned_away() -> None:
    appeal = replace(transition(epoch=2), act="appeal", reason="it was a drill", grounds="trust 12.0 is under 30")
    ruling = _porter(transition(), appeal).rule("north", "bob", Act())
    assert (ruling.allow, ruling.reason, ruling.epoch) == (False, "trust 12.0 is under 30", 2)


@pytest.mark.parametrize(("state", "verdict"), [("probation", "warn"), ("released", "allow"), ("watched", "allow")])
def test_who_is_not_restrained_any_more_may_go_on(state: EnforcementState, verdict: str) -> None:
    ruling = _porter(transition(state)).rule("north", "bob", Act())
    assert (ruling.allow, ruling.verdict) == (True, verdict)


def test_a_throttled_agent_gets_what_its_rate_allows() -> None:
    porter = _porter(transition("throttled", restraint=Restraint(rate=0.001)))
    first, second = porter.rule("north", "bob", Act()), porter.rule("north", "bob", Act())
    assert (first.allow, first.retry_after_s) == (True, None)
    assert not second.allow
    assert second.retry_after_s is not None
    assert 900 < second.retry_after_s <= 1000


@pytest.mark.parametrize(
    ("restraint", "act", "allow"),
    [
        (Restraint(target="ann"), Act(target="ann"), False),
        (Restraint(target="ann"), Act(target="cy"), True),
        (Restraint(resource="gpu", amount=2.0), Act(resource="gpu", amount=3.0), False),
        (Restraint(resource="gpu", amount=2.0), Act(resource="gpu", amount=2.0), True),
        (Restraint(resource="gpu", amount=2.0), Act(resource="db", amount=9.0), True),
        (Restraint(resource="gpu", amount=0.5), Act(resource="gpu"), False),
        (Restraint(resource="gpu", amount=2.0), Act(resource="gpu", amount=float("nan")), False),
        (Restraint(target="ann", resource="gpu", amount=2.0), Act(target="ann", resource="gpu"), False),
    ],
)
def test_a_restraint_stops_what_it_names_alone(restraint: Restraint, act: Act, *, allow: bool) -> None:
    assert _porter(transition("throttled", restraint=restraint)).rule("north", "bob", act).allow is allow


def test_a_door_that_has_lost_touch_says_so_and_keeps_what_it_knows() -> None:
    porter = _porter(transition(), fresh=False)
    assert [porter.rule("north", agent, Act()).allow for agent in ("ann", "bob")] == [True, False]
    assert not porter.rule("north", "ann", Act()).fresh


def test_a_door_that_has_lost_touch_closes_where_the_policy_says_so() -> None:
    ruling = _porter(fresh=False, when_stale="closed").rule("north", "ann", Act())
    assert (ruling.allow, ruling.verdict) == (False, "deny")
    assert ruling.reason is not None
    assert "lost touch" in ruling.reason


def test_who_is_contained_is_told_why_even_where_the_door_is_closed_to_all() -> None:
    ruling = _porter(transition(), fresh=False, when_stale="closed").rule("north", "bob", Act())
    assert (ruling.allow, ruling.reason) == (False, "trust 12.0 is under 30")


def test_what_a_restraint_forbids_costs_nothing_of_the_rate() -> None:
    porter = _porter(transition("throttled", restraint=Restraint(rate=0.001, target="ann")))
    assert not porter.rule("north", "bob", Act(target="ann")).allow
    assert porter.rule("north", "bob", Act(target="cy")).allow
