"""A severe alert carries out what it suggests, as far as the mode goes (RISK-2, QUAR-3, QUAR-5)."""

import pytest

from app.core.detectors.byzantine.belief import BYZANTINE, weigh
from app.core.detectors.byzantine.signals import EQUIVOCATION, HIJACK
from app.core.enforcement import Order, apply, carry_out, judge, recover, state_of
from app.core.incidents import resolve
from app.core.interventions import Intervention, throttle
from app.core.policy import EnforcementPolicy, Policy
from app.events import Mode, Restraint
from tests.unit.core.contexts import context_of


@pytest.mark.parametrize(
    ("intervention", "state", "restraint"),
    [
        (Intervention("warn", "bob"), "watched", None),
        (throttle("bob", "gpu", 2.0), "throttled", Restraint(resource="gpu", amount=2.0)),
        (Intervention("break", "bob", target="ann"), "throttled", Restraint(target="ann")),
        (Intervention("throttle", "bob"), "throttled", Restraint(rate=0.2)),
        (Intervention("quarantine", "bob"), "quarantined", None),
    ],
)
def test_an_intervention_becomes_the_least_state_that_does_it(
    intervention: Intervention, state: str, restraint: Restraint | None
) -> None:
    context = context_of(Policy(mode="enforce"))
    carry_out(context, "byzantine", intervention, (3,))
    (found,) = context.effects.transitions
    assert (found.state, found.restraint, found.mode) == (state, restraint, "enforce")
    assert found.reason == f"byzantine: {intervention}"


@pytest.mark.parametrize(("mode", "expected"), [("off", []), ("shadow", ["shadow"])])
def test_an_intervention_goes_no_further_than_the_mode(mode: Mode, expected: list[Mode]) -> None:
    context = context_of(Policy(mode=mode))
    carry_out(context, "byzantine", Intervention("quarantine", "bob"), (3,))
    assert [found.mode for found in context.effects.transitions] == expected


@pytest.mark.parametrize(
    ("second", "restraint"),
    [
        (throttle("bob", "gpu", 2.0), Restraint(resource="gpu", amount=2.0, target="ann")),
        (Intervention("throttle", "bob"), Restraint(rate=0.2, target="ann")),
        (Intervention("break", "bob", target="cy"), Restraint(rate=0.2, target="ann")),
    ],
)
def test_a_mild_restraint_shields_from_no_other(second: Intervention, restraint: Restraint) -> None:
    context = context_of(Policy(mode="enforce"))
    carry_out(context, "routing_loop", Intervention("break", "bob", target="ann"), (3,))
    for _ in range(2):
        carry_out(context, "resource_hoarding", second, (4,))
    first, added = context.effects.transitions
    assert (first.restraint, added.restraint) == (Restraint(target="ann"), restraint)


def test_a_restraint_that_did_not_bind_does_not_begin_to_with_another() -> None:
    context = context_of(Policy(mode="enforce", enforcement=EnforcementPolicy(modes={"routing_loop": "shadow"})))
    carry_out(context, "routing_loop", Intervention("break", "bob", target="ann"), (3,))
    carry_out(context, "resource_hoarding", throttle("bob", "gpu", 2.0), (4,))
    assert context.effects.transitions[-1].restraint == Restraint(resource="gpu", amount=2.0)


def test_a_good_score_does_not_lift_what_an_alert_called_for() -> None:
    """Else one answer to anybody would let an agent go on with what it is throttled for."""
    context = context_of(Policy(mode="enforce"))
    carry_out(context, "routing_loop", Intervention("break", "bob", target="ann"), (3,))
    recover(context, "bob", 100.0)
    judge(context, "bob", 35.0, (3,))
    recover(context, "bob", 60.0)
    assert [found.state for found in context.effects.transitions] == ["throttled", "throttled"]


def test_a_good_score_lifts_what_it_called_for_itself() -> None:
    context = context_of(Policy(mode="enforce"))
    judge(context, "bob", 35.0, (3,))
    recover(context, "bob", 60.0)
    assert [found.state for found in context.effects.transitions] == ["throttled", "trusted"]


def test_what_speaks_for_an_agent_does_not_contain_it_again() -> None:
    """When a person lets it go its alert is still severe, or it opens again."""
    context = context_of(Policy(mode="enforce"))
    weigh(context, "bob", EQUIVOCATION, 8.0)
    apply(context, "bob", "release", Order("it was a drill", "ann", "enforce", (context.offset,)))
    assert weigh(context, "bob", EQUIVOCATION, -0.5) > 0.9
    resolve(context, ("north", BYZANTINE, "bob"))
    assert weigh(context, "bob", EQUIVOCATION, -0.5) > 0.9
    assert state_of(context, "bob").state == "released"
    context.offset += 1
    weigh(context, "bob", HIJACK, 1.0)
    assert state_of(context, "bob").state == "quarantined"


@pytest.mark.parametrize(
    ("quarantined", "throttled", "state"),
    [
        ("shadow", "enforce", "throttled"), ("warn", "enforce", "throttled"), ("shadow", "shadow", "quarantined"),
        ("enforce", "enforce", "quarantined"), ("enforce", "shadow", "quarantined"),
    ],
)  # fmt: skip
def test_a_quarantine_that_does_not_bind_shields_from_no_throttle_that_does(
    quarantined: Mode, throttled: Mode, state: str
) -> None:
    modes: dict[str, Mode] = {"byzantine": quarantined, "resource_hoarding": throttled}
    context = context_of(Policy(mode="enforce", enforcement=EnforcementPolicy(modes=modes)))
    carry_out(context, "byzantine", Intervention("quarantine", "bob"), (3,))
    carry_out(context, "resource_hoarding", throttle("bob", "gpu", 2.0), (4,))
    assert context.effects.transitions[-1].state == state
