"""CLI-1, QUAR-4: the view of a recorded log shows at each moment who is contained, until when, by whom and why."""

from pathlib import Path

import msgspec

from app.cli.view.containment import until, why
from app.cli.view.state import ViewState
from app.cli.view.updates import read
from app.events import Transition
from app.topics import ENFORCEMENT
from tests.unit.cli.view.test_screen import drawn

OUTPUTS = Path(__file__).parents[3] / "golden" / "outputs.txt"


def test_the_contained_of_a_recorded_log_are_shown() -> None:
    said = (line.split(b" ", 1) for line in OUTPUTS.read_bytes().splitlines())
    values = [value for channel, value in said if channel == b"enforcement"]
    assert values
    state, last = ViewState(now=0.0), dict[tuple[str, str], Transition]()
    for value in values:
        state.apply(read(ENFORCEMENT.name, value, ()), 0.0)
        transition = msgspec.json.decode(value, type=Transition)
        last[transition.fleet, transition.agent_id] = transition
        wanted = [one for one in last.values() if one.state not in ("trusted", "released")]
        assert sorted(map(repr, state.contained())) == sorted(map(repr, wanted))
        text = "\n".join(drawn(state, 300, 80))
        for one in wanted:
            for words in (f"{one.fleet}/{one.agent_id}", until(one.time, one.expires_at), one.actor, why(one)[:30]):
                assert words in text
