"""SIM-2: equal plans give equal bytes, in order of time."""

import os
import subprocess
import sys
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from app.events import AgentMessage
from app.simulator.scenarios import SCENARIOS
from app.simulator.simulation import Plan, simulate

plans = st.builds(
    Plan,
    scenario=st.sampled_from(sorted(SCENARIOS)),
    fleets=st.integers(1, 3),
    agents=st.integers(2, 20),
    seed=st.integers(),
    rate=st.floats(1, 10_000),
)


def run(plan: Plan) -> list[bytes]:
    return [msgspec.json.encode(event) for event, _ in zip(simulate(plan), range(300), strict=False)]


@given(plan=plans)
@settings(max_examples=30, deadline=None)
def test_equal_plans_give_equal_bytes(plan: Plan) -> None:
    assert run(plan) == run(plan)


@given(plan=plans)
@settings(max_examples=30, deadline=None)
def test_time_never_runs_backwards(plan: Plan) -> None:
    events = [event for event, _ in zip(simulate(plan), range(300), strict=False)]
    assert all((a.timestamp or "") <= (b.timestamp or "") for a, b in pairwise(events))


@given(plan=plans)
@settings(max_examples=30, deadline=None)
def test_message_ids_are_unique(plan: Plan) -> None:
    ids = [
        bytes(event.metadata)
        for event, _ in zip(simulate(plan), range(300), strict=False)
        if isinstance(event, AgentMessage)
    ]
    assert len(set(ids)) == len(ids)


PROGRAM = """
import msgspec
from app.simulator.simulation import Plan, simulate
for event in simulate(Plan("conflict", seed=7, duration_s=20)):
    print(msgspec.json.encode(event))
"""


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    def printed(hash_seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run([sys.executable, "-c", PROGRAM], env=environment, check=True, capture_output=True).stdout

    first = printed("1")
    assert first.count(b"\n") > 500
    assert first == printed("2")
