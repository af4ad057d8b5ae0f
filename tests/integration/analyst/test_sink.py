"""RISK-3, BREAKER-1, T14: each alert is asked about once at most, within the budget, and nothing is waited for."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest
from aiokafka import ConsumerRecord, TopicPartition

from app.analyst.answer import Answer
from app.analyst.budget import Budget
from app.analyst.endpoint import Endpoint
from app.analyst.inquiry import Inquiry
from app.analyst.ledger import Ledger
from app.analyst.meter import Meter, Outcome
from app.analyst.sink import AnalystSink
from app.breakers import Breaker, Limits
from app.events import Alert, Opinion
from app.telemetry.metric import Sample
from app.topics import ALERTS
from tests.integration.analyst.described import settings
from tests.integration.analyst.endpoint_server import GOOD, EndpointServer
from tests.unit.analyst.samples import NOON, fetched, loop, record

SOON = Limits(failures=3, reset_s=0.1, call_s=5.0)
CALL_USD = (400 * 2.0 + 50 * 8.0) / 1_000_000
"""What the endpoint charges for an answer."""


class Analyst:
    """A sink, its clock, what it was told to put on record, and its samples."""

    def __init__(self, server: EndpointServer, folder: Path, limits: Limits = SOON, **fields: object) -> None:
        described = settings(server.url, **fields)
        self.now = NOON
        self.told: list[tuple[str, Answer]] = []
        self.samples: list[Sample] = []
        self.outcome: Outcome = "recorded"
        self.ledger = Ledger(folder / "spent.json")
        self.breaker = Breaker("analyst", limits)
        meter = Meter(self.samples.append)
        inquiry = Inquiry(Endpoint(described), self.breaker, Budget(described, self.ledger), meter)
        self.sink = AnalystSink(described, inquiry, self._tell, meter, lambda: self.now)

    async def hears(self, *alerts: Alert, appended: int = NOON) -> None:
        """One batch."""
        await self.sink.write(fetched(*alerts, appended=appended))

    def counted(self, name: str) -> dict[str, float]:
        """What the samples of a metric add up to, by their tags."""
        found: dict[str, float] = {}
        for sample in self.samples:
            if sample.metric.name == f"ringfence.analyst.{name}":
                tags = ",".join(tag.partition(":")[2] for tag in sample.tags)
                found[tags] = found.get(tags, 0.0) + sample.value
        return found

    async def _tell(self, alert: Alert, answer: Answer) -> Outcome:
        self.told.append((alert.alert_id, answer))
        return self.outcome


Make = Callable[..., Analyst]


@pytest.fixture
async def make(server: EndpointServer, tmp_path: Path) -> AsyncIterator[Make]:
    async with AsyncExitStack() as stack:

        def made(limits: Limits = SOON, **fields: object) -> Analyst:
            analyst = Analyst(server, tmp_path, limits, **fields)
            stack.push_async_callback(analyst.sink.close)
            return analyst

        yield made


async def test_an_answer_is_told_with_the_names_that_were_asked_without(make: Make, server: EndpointServer) -> None:
    analyst = make()
    await analyst.hears(loop())
    ((alert_id, answer),) = analyst.told
    assert alert_id == "sales:routing_loop:1"
    assert answer == Answer(verdict="agrees", confidence=0.75, rationale="bot-7 drives the loop.")
    (question,) = server.asked
    assert "bot-" not in question
    assert "sales" not in question


async def test_what_a_call_took_is_measured_and_paid(make: Make) -> None:
    analyst = make()
    await analyst.hears(loop())
    assert analyst.counted("calls") == {"stop": 1}
    assert analyst.counted("tokens") == {"in": 400, "out": 50}
    assert analyst.counted("cost") == {"": pytest.approx(CALL_USD)}
    assert analyst.counted("latency").keys() == {"stop"}
    assert analyst.counted("opinions") == {"recorded": 1}
    assert analyst.ledger.usd == pytest.approx(CALL_USD)


async def test_only_what_is_severe_and_of_the_fleets_that_are_named_is_asked_about(make: Make) -> None:
    analyst = make(fleets=["sales"], least_severity=0.5)
    await analyst.hears(loop(1, severity=0.49), loop(2, fleet="ops"), loop(3, severity=0.5))
    assert [alert_id for alert_id, _ in analyst.told] == ["sales:routing_loop:3"]
    assert analyst.counted("passed_over") == {}


async def test_an_alert_of_what_lies_outside_is_not_asked_about(make: Make, server: EndpointServer) -> None:
    await make().hears(loop(pattern="breaker", subject="redis", agents=(), evidence=()))
    assert server.asked == []


async def test_an_alert_is_asked_about_once(make: Make, server: EndpointServer) -> None:
    analyst = make()
    await analyst.hears(loop(), loop(state="updated", severity=0.8))
    await analyst.hears(loop(), loop(state="updated", severity=0.9))
    assert len(server.asked) == 1
    assert msgspec.json.decode(server.asked[0])["severity"] == 0.8


async def test_an_alert_that_has_an_opinion_needs_no_other(make: Make, server: EndpointServer) -> None:
    given = Opinion("agrees", 0.75, "seen", "model-1", NOON, 7)
    await make().hears(loop(state="updated", opinions=(given,)))
    assert server.asked == []


async def test_an_alert_that_grows_severe_is_asked_about_then(make: Make) -> None:
    analyst = make()
    await analyst.hears(loop(severity=0.3))
    await analyst.hears(loop(state="updated", severity=0.8))
    assert len(analyst.told) == 1


async def test_the_most_severe_comes_first_when_calls_are_few(make: Make) -> None:
    analyst = make(calls_per_minute=2)
    await analyst.hears(*(loop(number, severity=number / 10) for number in (6, 9, 7, 8)))
    assert [alert_id.rpartition(":")[2] for alert_id, _ in analyst.told] == ["9", "8"]
    assert analyst.counted("passed_over") == {"calls": 2}


async def test_no_more_is_spent_than_a_day_allows(make: Make, server: EndpointServer) -> None:
    analyst = make(usd_per_day=0.025)
    await analyst.hears(*(loop(number) for number in range(20)))
    assert 0 < len(server.asked) < 20
    assert analyst.counted("passed_over") == {"cost": 20 - len(server.asked)}
    assert analyst.ledger.usd <= 0.025


async def test_an_alert_that_is_resolved_in_the_same_batch_or_too_old_is_passed_over(make: Make) -> None:
    analyst = make(max_age_s=60)
    await analyst.hears(loop(1), loop(1, state="resolved"))
    await analyst.hears(loop(2), appended=NOON - 60_001)
    await analyst.hears(loop(3), appended=NOON - 60_000)
    assert [alert_id for alert_id, _ in analyst.told] == ["sales:routing_loop:3"]
    assert analyst.counted("passed_over") == {"resolved": 1, "late": 1}


async def test_what_is_no_alert_is_passed_over(make: Make) -> None:
    analyst = make()
    values = (b"broken", b'{"fleet": "\xff"}', None, msgspec.json.encode(loop()))
    records: list[ConsumerRecord] = [record(value) for value in values]
    await analyst.sink.write({TopicPartition(ALERTS.name, 0): records})
    assert len(analyst.told) == 1
    assert analyst.counted("passed_over") == {"unreadable": 3}


async def test_the_breaker_opens_and_the_sink_goes_on_until_the_endpoint_is_back(
    make: Make, server: EndpointServer
) -> None:
    analyst = make()
    server.say(500)
    await analyst.hears(*(loop(number) for number in range(10)))
    assert (analyst.breaker.state, len(server.asked)) == ("open", 3)
    assert analyst.counted("calls") == {"none": 3}
    assert analyst.counted("passed_over") == {"breaker": 7}
    assert analyst.ledger.usd == pytest.approx(0.0)
    server.answer()
    await asyncio.sleep(SOON.reset_s * 1.5)
    await analyst.hears(loop(0), loop(11))
    assert [alert_id for alert_id, _ in analyst.told] == ["sales:routing_loop:0", "sales:routing_loop:11"]
    assert analyst.breaker.state == "closed"


async def test_an_endpoint_that_hangs_is_given_up_and_what_it_may_charge_is_kept_back(
    make: Make, server: EndpointServer
) -> None:
    analyst = make(SOON._replace(call_s=0.2))
    server.hang()
    await analyst.hears(loop(1), loop(2))
    assert analyst.counted("calls") == {"none": 2}
    assert analyst.ledger.usd > 2 * 2_000 * 8.0 / 1_000_000


@pytest.mark.parametrize(("content", "finish"), [("{}", "stop"), ('{"verd', "length")])
async def test_an_answer_of_no_use_is_paid_for_and_not_asked_for_again(
    make: Make, server: EndpointServer, content: str, finish: str
) -> None:
    analyst = make()
    server.answer(content, finish)
    await analyst.hears(loop())
    server.answer()
    await analyst.hears(loop(state="updated", severity=0.9))
    assert analyst.told == []
    assert len(server.asked) == 1
    assert analyst.counted("calls") == {"length" if finish == "length" else "invalid": 1}
    assert analyst.ledger.usd == pytest.approx(CALL_USD)


async def test_a_model_that_declines_is_unsure_on_record(make: Make, server: EndpointServer) -> None:
    analyst = make()
    server.answer(None, refusal="Not about agents.")
    await analyst.hears(loop())
    assert [answer.verdict for _, answer in analyst.told] == ["unsure"]
    assert analyst.counted("calls") == {"refusal": 1}


async def test_a_refused_opinion_is_counted_and_the_next_alert_is_asked_about(make: Make) -> None:
    analyst = make()
    analyst.outcome = "refused"
    await analyst.hears(loop(1), loop(2))
    assert analyst.counted("opinions") == {"refused": 2}


async def test_it_stops_in_the_middle_of_a_question(make: Make, server: EndpointServer) -> None:
    analyst = make()
    server.hang()
    asking = asyncio.create_task(analyst.hears(loop()))
    await server.come.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert analyst.breaker.state == "closed"


async def test_a_rationale_that_orders_something_is_only_words(make: Make, server: EndpointServer) -> None:
    analyst = make()
    server.answer(json.dumps({**GOOD, "rationale": "release AGENT_1 now"}))
    await analyst.hears(loop())
    assert [answer.rationale for _, answer in analyst.told] == ["release bot-7 now"]
