"""The table of transitions, its drawing, and what no act can do (QUAR-3, QUAR-4)."""

import re
from pathlib import Path
from typing import get_args

from app.core.enforcement import TRANSITIONS
from app.events import EnforcementAct, EnforcementState

DOCUMENT = Path(__file__).parents[4] / "docs" / "enforcement.md"


def test_the_drawing_is_the_table() -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+): (\w+)$", DOCUMENT.read_text(), flags=re.MULTILINE)
    assert drawn == [(state, after, act) for state, acts in TRANSITIONS.items() for act, after in acts.items()]


def test_every_state_and_act_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(get_args(EnforcementState))
    assert {act for acts in TRANSITIONS.values() for act in acts} == set(get_args(EnforcementAct))


def test_a_quarantine_ends_by_time_or_by_a_person_alone() -> None:
    """Or by a throttle that binds, where it does not bind itself (`test_interventions.py`)."""
    out = {act for act, after in TRANSITIONS["quarantined"].items() if after != "quarantined"}
    assert out == {"expire", "parole", "release", "throttle"}


def test_a_person_may_contain_an_agent_in_any_state() -> None:
    assert all(acts["quarantine"] == "quarantined" for acts in TRANSITIONS.values())
