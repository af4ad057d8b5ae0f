"""The Prometheus page says what a direct recomputation from the messages says (DATADOG-3, T11)."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from app.events import Decision
from app.telemetry.measurement import Measurement
from app.telemetry.metering import Metering
from app.telemetry.names import ANALYST_COST, BREAKER_OPEN, LAG, METRICS
from app.telemetry.prometheus import Exposition
from tests.unit.datadog.samples import alert, change, decision, letter, transition

Labels = frozenset[tuple[str, str]]

_signals = st.sampled_from(["error", "conflict"])
_changes = st.builds(change, st.sampled_from(["ann", "bob"]), st.floats(0, 100), st.floats(0, 100), _signals)
_decisions = st.lists(
    st.builds(
        lambda changes, fleet, risk, kind: replace(decision(*changes, fleet=fleet, risk=risk), kind=kind),
        st.lists(_changes, max_size=3),
        st.sampled_from(["sales", "Ops|1", 'x"}\n0', None]),
        st.floats(0, 1),
        st.sampled_from(["message", "control"]),
    ),
    max_size=30,
)


def shown(exposition: Exposition) -> dict[tuple[str, Labels], float]:
    families = text_string_to_metric_families(exposition.text().decode())
    samples = chain.from_iterable(family.samples for family in families)
    return {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples}


def total(found: dict[tuple[str, Labels], float], name: str, **labels: str) -> float:
    wanted = frozenset(labels.items())
    return sum(value for (known, its), value in found.items() if known == name and wanted <= its)


def exposed(messages: Sequence[Decision]) -> Exposition:
    exposition = Exposition()
    metering = Metering(Measurement(max_fleets=10), [exposition])
    for message in messages:
        metering.observe(message)
    metering.report()
    return exposition


@given(_decisions)
def test_sums_are_those_of_the_decisions(decisions: list[Decision]) -> None:
    found = shown(exposed(decisions))
    fleets = {"sales": "sales", "Ops|1": "ops_1", 'x"}\n0': "x___0", None: "none"}
    counts = Counter(fleets[decided.fleet] for decided in decisions)
    for fleet in fleets.values():
        assert total(found, "ringfence_decisions_total", fleet=fleet) == counts[fleet]
    messages = [decided for decided in decisions if decided.kind == "message"]
    scores = [each.after for decided in decisions for each in decided.changes]
    lost = [decided for decided in decisions if any(each.signal == "conflict" for each in decided.changes)]
    assert total(found, "ringfence_conflicts_total") == len(lost)
    assert total(found, "ringfence_risk_count") == len(messages)
    assert abs(total(found, "ringfence_risk_sum") - sum(decided.risk for decided in messages)) < 1e-6
    assert total(found, "ringfence_risk_bucket", le="0.5") == sum(decided.risk <= 0.5 for decided in messages)
    assert total(found, "ringfence_trust_score_count") == len(scores)
    assert total(found, "ringfence_trust_score_bucket", le="30.0") == sum(score <= 30 for score in scores)


def test_every_kind_of_message_is_counted_under_its_name_and_labels() -> None:
    exposition = Exposition()
    metering = Metering(Measurement(max_fleets=10), [exposition])
    for message in (alert(), alert("resolved"), transition(), letter()):
        metering.observe(message)
    found = shown(exposition)
    about = {"fleet": "sales", "pattern": "routing_loop", "level": "critical"}
    assert total(found, "ringfence_alerts_total", state="opened", **about) == 1
    assert total(found, "ringfence_alerts_total", **about) == 2
    assert total(found, "ringfence_transitions_total", fleet="sales", state="quarantined", mode="enforce") == 1
    assert total(found, "ringfence_dead_letters_total", error="notjson") == 1


def test_a_gauge_that_a_report_does_not_repeat_is_gone() -> None:
    exposition = Exposition()
    metering = Metering(Measurement(max_fleets=10), [exposition])
    metering.report([LAG.sample(7, partition="3"), BREAKER_OPEN.sample(1, breaker="redis")])
    metering.report([BREAKER_OPEN.sample(0, breaker="redis")])
    names = {"ringfence_lag", "ringfence_breaker_open"}
    gauges = {key: value for key, value in shown(exposition).items() if key[0] in names}
    assert gauges == {("ringfence_breaker_open", frozenset({("breaker", "redis")})): 0.0}


def test_a_metric_without_labels_is_counted_too() -> None:
    exposition = Exposition()
    for usd in (0.25, 0.5):
        exposition.send(ANALYST_COST.sample(usd))
    assert shown(exposition)["ringfence_analyst_cost_total", frozenset()] == 0.75


def test_all_metrics_of_the_table_are_on_the_page() -> None:
    families = text_string_to_metric_families(exposed([]).text().decode())
    assert {family.name for family in families} == {metric.name.replace(".", "_") for metric in METRICS}
