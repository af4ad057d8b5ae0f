"""The measurements themselves work: small runs of what `ringfence bench` runs large."""

import math
from pathlib import Path

import pytest

from app.embedded.kafka import KafkaServer
from tests.benchmarks.contestant import BARE, OURS, Contestant
from tests.benchmarks.door_rulings import measure_rulings, server
from tests.benchmarks.fold_cost import broadcast_us, measure_fold, slowest_in_a_crowd
from tests.benchmarks.recovery import measure_recovery
from tests.benchmarks.results import LIMITS, RATIOS, Measure, goals
from tests.benchmarks.throughput import counter_input, measure
from tests.benchmarks.topics import fill, make_topic

RECORDS = 5_000


@pytest.mark.kafka
@pytest.mark.parametrize("contestant", [BARE, OURS], ids=lambda contestant: contestant.name)
def test_a_contestant_counts_every_record(contestant: Contestant, kafka: KafkaServer, tmp_path: Path) -> None:
    source = make_topic(kafka.bootstrap, f"bench-{contestant.name.replace(' ', '-')}")
    fill(kafka.bootstrap, source, counter_input(RECORDS))
    found = measure(contestant, kafka.bootstrap, source, RECORDS, tmp_path)
    assert found.per_second > 0


@pytest.mark.kafka
def test_recovery_is_measured_over_all_records(kafka: KafkaServer, tmp_path: Path) -> None:
    assert measure_recovery(OURS, kafka.bootstrap, RECORDS, tmp_path, as_json=False) > 0


def test_the_fold_alone_is_measured_by_message_and_agent() -> None:
    cost = measure_fold(agents=20, messages=200)
    assert cost.us > cost.bare_us > 0
    assert cost.agent_bytes > 0
    assert slowest_in_a_crowd(rounds=1) > 0
    assert broadcast_us(rounds=1) > 0


@pytest.mark.parametrize("kind", ["bare", "door"])
def test_rulings_are_measured_over_http_and_grpc(kind: str, tmp_path: Path) -> None:
    with server(kind, tmp_path) as asked:
        for mode in ("check", "envoy", "grpc"):
            found = measure_rulings(asked, mode, 300)
            assert found.per_second > 0
            assert found.cpu_us > 0


def test_goals_are_judged_by_medians_and_bounds() -> None:
    ratio, (limited, (limit, unit)) = RATIOS[0], next(iter(LIMITS.items()))
    ours = Measure(ratio.ours, "records/s", [1.0, ratio.at_least * 10, ratio.at_least * 20])
    theirs = Measure(ratio.theirs, "records/s", [10.0])
    late = Measure(limited, unit, [limit * 2])
    found = {goal.name: goal for goal in goals([ours, theirs, late])}
    assert found[f"{ratio.ours} / {ratio.theirs}"].met
    assert math.isclose(found[f"{ratio.ours} / {ratio.theirs}"].value, ratio.at_least)
    assert not found[limited].met
