"""Policies rule from their position on, and none can break the fold (TRUST-3, T10)."""

from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.commands import SetPolicy
from app.core.errors import Refused
from app.core.policy import (
    BUILT_IN,
    ContentionPolicy,
    ConversationPolicy,
    EnforcementPolicy,
    IncidentPolicy,
    Policy,
    RepeatPolicy,
    RiskPolicy,
    TrustPolicy,
    parse_policy,
)  # fmt: skip
from app.events import Mode
from tests.properties.fold_logs import Draft, drafts, logs, policies, write
from tests.unit.core.folding import Fold, dead_letter
from tests.unit.core.records import PARTITION, Record

fast = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
seconds = st.one_of(st.sampled_from((0.001, 1e9)), st.floats(0.001, 1e9))
weights = st.one_of(st.sampled_from((0.0, 1e6)), st.floats(0, 1e6))
allowed = st.builds(
    Policy,
    mode=st.sampled_from(("off", "shadow", "warn", "enforce")),
    clock=st.sampled_from(("records", "messages")),
    trust=st.builds(
        TrustPolicy,
        half_life_s=seconds, prior=st.floats(0.001, 1e6), error=weights, refusal=weights, conflict=weights,
        cooperation=weights, quarantine_below=st.floats(0, 50), recovered_above=st.floats(50, 100),
        forget_after_s=seconds,
    ),
    risk=st.builds(RiskPolicy, high=st.floats(0, 1)),
    contention=st.builds(ContentionPolicy, request_timeout_s=seconds, hold_timeout_s=seconds),
    conversation=st.builds(ConversationPolicy, answer_timeout_s=seconds, max_open=st.integers(1, 256)),
    repeat=st.builds(RepeatPolicy, window_s=seconds, max_remembered=st.integers(0, 4096)),
    enforcement=st.builds(
        EnforcementPolicy,
        watch_below=st.floats(0, 60), throttle_below=st.floats(0, 60), trusted_above=st.floats(60, 100),
        throttle_s=seconds, quarantine_s=seconds, relapse_factor=st.floats(1, 100), longest_quarantine_s=seconds,
        probation_s=seconds, act_above=st.floats(0, 1), max_share=st.floats(0, 1), max_least=st.integers(0, 5),
        modes=st.dictionaries(st.sampled_from(("low_trust", "byzantine")), st.sampled_from(get_args(Mode)), max_size=2),
        window_s=seconds, established_s=seconds,
    ),
    incident=st.builds(IncidentPolicy, quiet_s=seconds),
)  # fmt: skip


@fast
@given(logs, allowed)
def test_no_log_and_no_allowed_policy_is_a_defect_of_the_fold(log: list[Record], policy: Policy) -> None:
    """STREAM-1: whatever is refused is refused for a reason of its own, and what is stored can be read again."""
    fold = Fold(policy, cached=1)
    for record in log:
        done = fold.step(record)
        fold.flush()
        if done.outputs[0].channel == "dead-letters":
            assert "defect" not in dead_letter(done).reason
        assert b':null,"trust' not in b"".join(fold.tables["agents"].values())


@fast
@given(allowed)
def test_a_policy_survives_its_document(policy: Policy) -> None:
    """TRUST-3."""
    assert parse_policy(msgspec.json.encode(policy)) == policy


@fast
@given(st.one_of(st.binary(max_size=50), st.text(max_size=50).map(str.encode), st.just(b"[" * 100_000)))
def test_what_is_no_policy_is_refused(document: bytes) -> None:
    """TRUST-3."""
    with pytest.raises(Refused, match=r"invalid policy|not UTF-8|nested deeper"):
        parse_policy(b"no" + document)


def test_the_built_in_policy_is_stored_as_the_same_bytes_by_every_process() -> None:
    """STREAM-4: what was read from a table is written back as it was."""
    stored = msgspec.json.encode(BUILT_IN)
    assert msgspec.json.encode(msgspec.json.decode(stored, type=Policy)) == stored
    assert not any(isinstance(value, frozenset | set) for value in _values(BUILT_IN))


def test_a_pattern_that_there_is_not_is_refused() -> None:
    """QUAR-4: a mistyped one would leave in force what somebody believes to have switched off."""
    with pytest.raises(
        Refused, match=r"no pattern 'hoarding', but low_trust, .*, resource_hoarding, .* `\$\.enforcement`"
    ):
        parse_policy(b'{"enforcement": {"modes": {"hoarding": "off"}}}')


def test_policies_can_be_told_apart_in_a_set() -> None:
    other = parse_policy(b'{"vocabulary": {"kinds": {"lock": "claim"}}}')
    shadowed = parse_policy(b'{"enforcement": {"modes": {"byzantine": "shadow"}}}')
    assert {BUILT_IN, other, shadowed, parse_policy(b"{}")} == {BUILT_IN, other, shadowed}


def _values(policy: msgspec.Struct) -> Iterator[object]:
    for field in policy.__struct_fields__:
        value = getattr(policy, field)
        yield value
        if isinstance(value, msgspec.Struct):
            yield from _values(value)


@fast
@given(st.lists(drafts, max_size=15), st.lists(drafts, max_size=8), policies())
def test_a_policy_never_changes_what_was_decided_before_it(
    before: list[Draft], after: list[Draft], policy: dict[str, object]
) -> None:
    """T10: the same past with a new policy behind it, and without."""
    body = msgspec.Raw(msgspec.json.encode({**policy, "version": 1000}))
    change = Draft(0, lambda writer: writer.command(SetPolicy(partition=PARTITION, policy=body)))
    without, changed = write([*before, *after]), write([*before, change, *after])
    past = len(write(before))
    assert Fold().run(changed)[:past] == Fold().run(without)[:past]


@fast
@given(st.lists(drafts, max_size=30))
def test_every_decision_names_the_policy_that_was_in_force(before: list[Draft]) -> None:
    """TRUST-3: the versions that decisions name never fall, per fleet."""
    latest: dict[str | None, int] = {}
    for done in Fold().run(write(before)):
        for output in done.outputs:
            if output.channel == "decisions":
                named = msgspec.json.decode(output.value)
                if named["kind"] == "message":
                    assert named["policy_version"] >= latest.get(named["fleet"], 0)
                    latest[named["fleet"]] = named["policy_version"]
