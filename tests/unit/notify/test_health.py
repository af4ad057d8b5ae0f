"""The gauges of the parts' health (DATADOG-1, METRIC-1)."""

from typing import NamedTuple

import pytest

from app.breakers import Breakers, Limits
from app.bus.progress import PartitionProgress
from app.notify.health import breaker_gauges, fold_gauges, look_at_kafka, sink_gauges
from app.settings import KafkaSettings
from app.telemetry.metric import Sample


def values(samples: list[Sample]) -> dict[str, float]:
    return {" ".join([sample.metric.name, *sample.tags]): sample.value for sample in samples}


def test_a_fold_is_up_while_a_worker_tells_of_it_and_behind_by_its_lag() -> None:
    folded = PartitionProgress(0, 50, 43, 7, age_s=0.5, behind_s=26.0)
    silent = PartitionProgress(1, 9, 9, 0, age_s=60.0)
    never = PartitionProgress(2, 4, 0, 4)
    assert values(list(fold_gauges([folded, silent, never]))) == {
        "ringfence.component.up component:fold instance:0": 1,
        "ringfence.lag partition:0": 7,
        "ringfence.behind partition:0": 26.0,
        "ringfence.component.up component:fold instance:1": 0,
        "ringfence.lag partition:1": 0,
        "ringfence.component.up component:fold instance:2": 0,
        "ringfence.lag partition:2": 4,
    }


def test_without_kafka_nothing_is_said_of_folds() -> None:
    seen = look_at_kafka(KafkaSettings(bootstrap="127.0.0.1:1"))
    assert values(list(seen.gauges)) == {"ringfence.component.up component:kafka instance:kafka": 0}


class Delivering(NamedTuple):
    name: str
    silent_s: float
    failing: bool = False


def test_a_sink_that_is_not_done_for_a_minute_or_fails_is_down() -> None:
    gauges = sink_gauges(
        [Delivering("mirror", 1.0), Delivering("webhook-ops", 61.0), Delivering("analyst", 1.0, failing=True)]
    )
    assert values(list(gauges)) == {
        "ringfence.component.up component:sink instance:mirror": 1,
        "ringfence.component.up component:sink instance:webhook-ops": 0,
        "ringfence.component.up component:sink instance:analyst": 0,
    }


async def test_redis_is_down_while_its_breaker_keeps_calls_back() -> None:
    async def fail() -> None:
        raise OSError("away")

    breakers = Breakers(Limits(failures=1, reset_s=60.0))
    breakers.of("datadog")
    up = {
        "ringfence.breaker.open breaker:datadog": 0,
        "ringfence.breaker.open breaker:redis": 0,
        "ringfence.component.up component:redis instance:redis": 1,
    }
    redis = breakers.of("redis")
    assert values(list(breaker_gauges(breakers))) == up
    with pytest.raises(OSError, match="away"):
        await redis.call(fail)
    assert values(list(breaker_gauges(breakers))) == {
        **up,
        "ringfence.breaker.open breaker:redis": 1,
        "ringfence.component.up component:redis instance:redis": 0,
    }
