"""SIM-2: fleets contend for shared resources, and the provider never gives out more than it has."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import msgspec
import pytest

from app.events import AgentMessage
from app.simulator.simulation import Plan, simulate
from app.simulator.truth import Label


class ResourceContent(msgspec.Struct):
    resource: str
    amount: int
    capacity: int


def messages(plan: Plan) -> Iterator[AgentMessage]:
    return (event for event in simulate(plan) if isinstance(event, AgentMessage))


def labels(plan: Plan) -> Iterator[Label]:
    return (event for event in simulate(plan) if isinstance(event, Label))


def held_after(plan: Plan) -> Iterator[tuple[int, int]]:
    held: Counter[str] = Counter()
    sign = {"resource_grant": 1, "resource_release": -1}
    for message in messages(plan):
        if message.message_type in sign:
            content = msgspec.json.decode(message.content, type=ResourceContent)
            held[content.resource] += sign[message.message_type] * content.amount
            yield held[content.resource], content.capacity


@pytest.mark.parametrize("scenario", ["healthy", "conflict"])
def test_a_pool_never_gives_out_more_than_its_capacity(scenario: str) -> None:
    assert all(0 <= held <= capacity for held, capacity in held_after(Plan(scenario, seed=3, duration_s=60)))


@pytest.mark.parametrize("scenario", ["healthy", "conflict"])
def test_every_answer_names_its_request(scenario: str) -> None:
    asked = set()
    for message in messages(Plan(scenario, seed=3, duration_s=30)):
        if message.message_type == "request":
            asked.add(message.correlation_id)
        if message.message_type == "response":
            assert message.correlation_id in asked


def test_a_healthy_day_has_little_contention_and_a_conflict_much() -> None:
    def refused(scenario: str) -> float:
        kinds = Counter(message.message_type for message in messages(Plan(scenario, seed=3, duration_s=120)))
        return kinds["resource_refuse"] / kinds["resource_request"]

    assert 0 < refused("healthy") < 0.05
    assert refused("conflict") > 0.3


def test_aggressive_agents_are_labelled_and_take_part_in_most_conflicts() -> None:
    plan = Plan("conflict", agents=8, seed=3, duration_s=120)
    aggressive = {label.id for label in labels(plan) if label.detector == "aggressive" and label.label}
    sender = {msgspec.json.decode(message.metadata)["msg_id"]: message.agent_id for message in messages(plan)}
    fights = [label for label in labels(plan) if label.detector == "conflict" and label.label]
    parties = [{sender[fight.id], *(sender[other] for other in fight.against)} for fight in fights]
    assert len(aggressive) == 2
    assert sum(bool(aggressive & party) for party in parties) > 0.8 * len(parties)


def test_every_resource_request_is_labelled_once() -> None:
    plan = Plan("conflict", seed=5, duration_s=60)
    asked = Counter(
        msgspec.json.decode(message.metadata)["msg_id"]
        for message in messages(plan)
        if message.message_type == "resource_request"
    )
    labelled = Counter(label.id for label in labels(plan) if label.detector == "conflict")
    unanswered = asked - labelled
    assert not labelled - asked
    assert unanswered.total() <= len(asked) // 100


def test_the_truth_is_beside_the_messages_never_in_them() -> None:
    plan = Plan("conflict", seed=5, duration_s=60)
    words: Mapping[str, set[str]] = defaultdict(set)
    for message in messages(plan):
        words[message.message_type].update(msgspec.json.decode(message.content))
        assert set(msgspec.json.decode(message.metadata)) == {"msg_id", "agent_class"}
    assert words["resource_request"] == words["resource_refuse"] == {"resource", "amount", "capacity"}
    assert words["request"] == {"kind", "text"}
    assert words["response"] == {"status", "tokens", "error"}
