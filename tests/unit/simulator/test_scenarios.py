"""SIM-2: what the scenarios' truth says is what their messages show."""

from collections import Counter, defaultdict
from typing import NamedTuple

import msgspec
import pytest

from app.events import AgentMessage
from app.simulator.scenarios import SCENARIOS
from app.simulator.scenarios.outage import ERROR
from app.simulator.simulation import Plan, simulate
from app.simulator.truth import Label

CALM = ("healthy", "busy", "flash-crowd", "outage")
ATTACKS = {"loop": "loop", "hoarding": "hoarding", "cascade": "cascade", "byzantine": "byzantine",
           "collusion": "collusion", "sybil": "sybil", "conflict": "aggressive"}  # fmt: skip


class Story(NamedTuple):
    messages: dict[str, AgentMessage]
    """By their ids, in order."""
    labels: list[Label]

    def culprits(self, detector: str) -> set[str]:
        return {each.id for each in self.labels if (each.detector, each.scope, each.label) == (detector, "agent", 1)}

    def marked(self, detector: str) -> list[AgentMessage]:
        return [
            self.messages[each.id]
            for each in self.labels
            if (each.detector, each.scope, each.label) == (detector, "message", 1)
        ]


def told(scenario: str, seed: int = 1, agents: int = 20, severity: float = 0.5, beats: int = 120) -> Story:
    plan = Plan(scenario, agents=agents, seed=seed, rate=float(agents), duration_s=beats, severity=severity)
    story = Story({}, [])
    for event in simulate(plan):
        if isinstance(event, AgentMessage):
            story.messages[msgspec.json.decode(event.metadata, type=dict[str, str])["msg_id"]] = event
        else:
            story.labels.append(event)
    return story


def field(message: AgentMessage, name: str) -> object:
    content: dict[str, object] = msgspec.json.decode(message.content)
    return content.get(name)


@pytest.mark.parametrize("scenario", CALM)
def test_a_calm_day_has_no_culprits(scenario: str) -> None:
    assert not [each for each in told(scenario).labels if each.label and each.detector != "conflict"]


@pytest.mark.parametrize(("scenario", "detector"), ATTACKS.items())
@pytest.mark.parametrize("severity", [0.0, 0.5, 1.0])
def test_an_attack_has_culprits_and_bystanders_at_every_severity(scenario: str, detector: str, severity: float) -> None:
    story = told(scenario, severity=severity)
    culprits = story.culprits(detector)
    everyone = {each.id for each in story.labels if each.detector == detector and each.scope == "agent"}
    assert culprits
    assert everyone - culprits
    assert all(message.agent_id in everyone for message in story.marked(detector))


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("agents", [5, 60])
def test_the_pace_holds_with_and_without_trouble(scenario: str, agents: int) -> None:
    """About a message an agent and beat, so that scenarios can be compared."""
    assert 0.6 < len(told(scenario, agents=agents, beats=200).messages) / (agents * 200) < 2.0


def test_a_loop_comes_back_to_each_member_with_the_same_words() -> None:
    story = told("loop")
    said: defaultdict[str, list[object]] = defaultdict(list)
    for message in story.marked("loop"):
        said[message.agent_id].append((field(message, "text"), message.target_agents))
    assert set(said) == story.culprits("loop")
    assert len(said) >= 3
    assert all(len(turns) >= 4 and len(set(turns)) == 1 for turns in said.values())


def test_a_review_converges_and_never_repeats_itself() -> None:
    texts: defaultdict[str | None, list[object]] = defaultdict(list)
    for message in told("busy", beats=300).messages.values():
        if field(message, "kind") == "draft":
            texts[message.conversation_id].append(field(message, "text"))
    assert len(texts) > 10
    assert all(len(set(words)) == len(words) for words in texts.values())


def test_a_hoarder_holds_most_of_its_pool_and_others_wait_or_are_refused() -> None:
    story = told("hoarding")
    claims = story.marked("hoarding")
    assert {message.agent_id for message in claims} == story.culprits("hoarding")
    assert all(float(str(field(m, "amount"))) >= 0.7 * float(str(field(m, "capacity"))) for m in claims)
    refusals = [message for message in story.messages.values() if message.message_type == "resource_refuse"]
    healthy = [message for message in told("healthy").messages.values() if message.message_type == "resource_refuse"]
    assert len(refusals) > 2 * len(healthy)


@pytest.mark.parametrize(("severity", "r"), [(0.0, 1.0), (0.5, 2.5), (1.0, 4.0)])
def test_each_bad_task_brings_as_many_new_ones_as_the_severity_says(severity: float, r: float) -> None:
    story = told("cascade", agents=200, severity=severity)
    tasks = [message for message in story.marked("cascade") if message.message_type == "request"]
    caused = Counter(message.causation_id for message in tasks)
    early = list(story.messages)
    brought = [caused[name] for name in early if name in caused][:40]
    assert sum(brought) / len(brought) == pytest.approx(r, rel=0.25)
    assert tasks[0].agent_id in story.culprits("cascade")
    assert len(story.culprits("cascade")) == 1
    assert len(tasks) <= 4 * 200


def test_a_traitor_deceives_in_four_ways_and_the_honest_in_none() -> None:
    story = told("byzantine", agents=40, beats=300)
    kinds = Counter((field(message, "kind") or message.message_type) for message in story.marked("byzantine"))
    assert set(kinds) == {"report", "resource_request", "move", "response"}
    traitors = story.culprits("byzantine")
    assert {message.agent_id for message in story.marked("byzantine")} == traitors
    reports: defaultdict[tuple[str, str | None], set[object]] = defaultdict(set)
    for message in story.messages.values():
        if field(message, "kind") == "report":
            reports[message.agent_id, message.conversation_id].add(field(message, "result"))
    assert {agent for (agent, _), results in reports.items() if len(results) > 1} <= traitors


def test_a_cluster_rates_itself_up_and_all_others_down() -> None:
    story = told("collusion")
    cluster = story.culprits("collusion")
    for message in story.marked("collusion"):
        assert field(message, "rating") == (10 if message.target_agents[0] in cluster else 0)


def test_sybils_are_new_and_praise_one() -> None:
    story = told("sybil")
    identities = {message.agent_id for message in story.marked("sybil")}
    assert len(identities) >= 5
    assert len({message.target_agents for message in story.marked("sybil")}) == 1
    newcomers = {each.id for each in story.labels if each.label == 0 and "new" in each.id}
    assert newcomers, "honest agents join as well"
    sponsored = [message for seed in range(6) for message in told("sybil", seed).marked("sybil") if message.sponsor]
    assert sponsored


def test_a_crowd_comes_at_once_and_all_of_it_is_answered() -> None:
    story = told("flash-crowd", beats=400)
    wishes = [message for message in story.messages.values() if str(field(message, "text")).startswith("May I have")]
    answers = {message.correlation_id for message in story.messages.values() if message.message_type == "response"}
    assert len(wishes) > 50
    assert sum(message.correlation_id in answers for message in wishes) > 0.95 * len(wishes)


@pytest.mark.parametrize(("severity", "least"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_in_an_outage_all_fail_alike_and_work_as_before_when_it_is_over(severity: float, least: float) -> None:
    answers = [
        message for message in told("outage", severity=severity, beats=240).messages.values()
        if message.message_type == "response"
    ]  # fmt: skip
    struck = [place for place, message in enumerate(answers) if field(message, "error") == ERROR]
    during = answers[struck[0] : struck[-1] + 1]
    assert len(struck) >= least * len(during)
    assert len({answers[place].agent_id for place in struck}) >= 0.75 * 20
    after = answers[struck[-1] + 1 :]
    assert len(after) > 100
    assert sum(field(message, "status") == "error" for message in after) < 0.1 * len(after)


@pytest.mark.parametrize("severity", [-0.1, 1.1])
def test_a_severity_is_a_share(severity: float) -> None:
    with pytest.raises(Exception, match="severity"):
        Plan("loop", severity=severity)
