"""Trust is what the formula says of the evidence on the log (TRUST-1, TRUST-2, T2)."""

from collections import defaultdict

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.entries import AgentEntry
from app.core.policy import Policy, TrustPolicy, parse_policy
from app.core.trust import interval_at, recovery_ms, trust_at, trust_of
from app.events import Change, Decision
from tests.properties.fold_logs import SHORT, good_logs, logs
from tests.unit.core.folding import Fold, decision
from tests.unit.core.records import Record

GOOD = {"grant", "release", "answer"}
ROUNDING = 1e-3
"""Evidence is stored with six decimals, and a fold adds up to fifty of them."""
POLICY: Policy = parse_policy(
    msgspec.json.encode({**SHORT, "trust": {"half_life_s": 60, "prior": 1, "forget_after_s": 1e6}})
)
fast = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
weights = st.floats(0, 1e6).map(lambda weight: round(weight, 6))
entries = st.builds(
    AgentEntry, first_seen=st.just(0), last_seen=st.just(0), due=st.none(), at=st.just(0), good=weights, bad=weights
)
trust_policies = st.builds(
    TrustPolicy,
    half_life_s=st.floats(0.001, 1e9),
    prior=st.floats(0.001, 1e6),
    quarantine_below=st.floats(0, 30),
    recovered_above=st.floats(30, 100),
)
times = st.integers(0, 10**14)


def _decisions(log: list[Record], policy: Policy) -> list[tuple[Record, Decision]]:
    done = zip(log, Fold(policy).run(log), strict=True)
    return [(record, decision(step)) for record, step in done if step.outputs[0].channel == "decisions"]


@fast
@given(logs)
def test_scores_stay_between_0_and_100(log: list[Record]) -> None:
    """TRUST-1."""
    for _, decided in _decisions(log, POLICY):
        for change in decided.changes:
            assert 0.0 <= change.before <= 100.0
            assert 0.0 <= change.after <= 100.0


@fast
@given(logs)
def test_bad_evidence_never_raises_a_score_and_good_never_lowers_it(log: list[Record]) -> None:
    """TRUST-2."""
    for _, decided in _decisions(log, POLICY):
        for change in decided.changes:
            assert change.delta >= -ROUNDING if change.signal in GOOD else change.delta <= ROUNDING


@fast
@given(good_logs)
def test_every_score_is_the_formula_over_all_changes_on_the_log(log: list[Record]) -> None:
    """TRUST-2: computed again from all published changes, not step by step."""
    clocks: dict[str, int] = defaultdict(int)
    evidence: dict[tuple[str, str], list[tuple[int, float, float]]] = defaultdict(list)
    for record, decided in _decisions(log, POLICY):
        if decided.kind not in {"message", "duplicate"} or decided.fleet is None:
            continue
        clocks[decided.fleet] = now = max(clocks[decided.fleet], record.timestamp)
        for change in decided.changes:
            known = evidence[decided.fleet, change.agent_id]
            assert abs(_score(known, now) - change.before) < ROUNDING
            known.append((now, *_worth(change, decided)))
            assert abs(_score(known, now) - change.after) < ROUNDING


def _worth(change: Change, decided: Decision) -> tuple[float, float]:
    policy = POLICY.trust
    if change.signal in GOOD:
        return policy.cooperation, 0.0
    share = {factor.name: factor.value for factor in decided.factors}.get("contention", 0.0)
    return 0.0, {"error": policy.error, "refusal": policy.refusal, "conflict": policy.conflict * share}[change.signal]


def _score(evidence: list[tuple[int, float, float]], now: int) -> float:
    """Each piece fades with time, and with all evidence after it."""
    newer, good, bad = 0.0, 0.0, 0.0
    for time, helped, hurt in reversed(evidence):
        left = 2.0 ** -((now - time) / (POLICY.trust.half_life_s * 1000) + newer / POLICY.trust.memory)
        good, bad, newer = good + helped * left, bad + hurt * left, newer + helped + hurt
    return trust_of(good, bad, POLICY.trust)


@fast
@given(entries, trust_policies, times, times)
def test_time_alone_only_forgives(agent: AgentEntry, policy: TrustPolicy, one: int, other: int) -> None:
    """TRUST-2: an idle agent drifts towards 100."""
    sooner, later = sorted((one, other))
    assert trust_at(agent, sooner, policy) <= trust_at(agent, later, policy) + 1e-6
    assert trust_at(agent, int(200 * 60 * policy.half_life_s * 1000), policy) > 99.9


@fast
@given(entries, trust_policies)
def test_recovery_is_foretold_to_the_millisecond(agent: AgentEntry, policy: TrustPolicy) -> None:
    """TRUST-5: at the foretold time the score is back, and it was not before."""
    due = recovery_ms(agent, policy)
    if trust_at(agent, 0, policy) >= policy.recovered_above:
        assert due == 0
    elif policy.recovered_above < 99:
        assert trust_at(agent, due, policy) >= policy.recovered_above - 1e-4
        assert due <= 1 or trust_at(agent, due * 99 // 100 - 1, policy) <= policy.recovered_above + 1e-4


acts = st.lists(st.tuples(st.integers(0, 10**9), st.floats(0, 5), st.floats(0, 5)), max_size=20)


@fast
@given(acts, st.floats(0.01, 5))
def test_one_more_offence_never_raises_a_score_and_one_good_act_never_lowers_it(
    given_acts: list[tuple[int, float, float]], more: float
) -> None:
    """TRUST-2: whatever else an agent did, before or after, before."""
    now, known = 0, []
    for passed, good, bad in given_acts:
        now += passed
        known.append((now, good, bad))
    assert _score([*known, (now, 0.0, more)], now) <= _score(known, now) + 1e-6
    assert _score([*known, (now, more, 0.0)], now) >= _score(known, now) - 1e-6


@fast
@given(entries, trust_policies, times)
def test_the_score_lies_in_its_credible_interval(agent: AgentEntry, policy: TrustPolicy, now: int) -> None:
    """TRUST-6: and the interval of a stranger is the whole scale."""
    low, high = interval_at(agent, now, policy)
    assert 0.0 <= low <= trust_at(agent, now, policy) + 1e-5
    assert trust_at(agent, now, policy) <= high + 1e-5
    assert high <= 100.0
    stranger = AgentEntry(first_seen=0, last_seen=0, due=None, at=0)
    assert interval_at(stranger, now, policy) == (0.0, 100.0)
