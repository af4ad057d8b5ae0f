"""A severe alert carries out what it suggests, as far as the mode goes (RISK-2, QUAR-3, QUAR-5)."""

import pytest

from app.core.enforcement import carry_out
from app.core.interventions import Intervention, throttle
from app.core.policy import Policy
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
