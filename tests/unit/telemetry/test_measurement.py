"""Which samples a message is worth: tags name fleets, never agents (DATADOG-1)."""

from msgspec.structs import replace

from app.telemetry.measurement import Measurement
from app.telemetry.names import METRICS
from tests.unit.datadog.samples import alert, change, decision, letter, progress, transition


def test_samples_are_of_the_table_with_all_their_tags_and_no_agent() -> None:
    measurement = Measurement(max_fleets=10)
    messages = (decision(change("bot-7", 90.0, 20.0, "conflict")), alert(), transition(), letter(), progress())
    samples = [sample for message in messages for sample in measurement.of(message)] + list(measurement.standing())
    for sample in samples:
        assert sample.metric in METRICS
        assert [tag.split(":")[0] for tag in sample.tags] == list(sample.metric.tags)
        assert "bot-7" not in " ".join(sample.tags)


def test_a_transition_counts_once_though_its_decision_holds_it_too() -> None:
    measurement = Measurement(max_fleets=10)
    told = replace(decision(), transitions=(transition(),))
    samples = [*measurement.of(told), *measurement.of(transition())]
    assert [sample.metric.name for sample in samples].count("ringfence.transitions") == 1


def test_only_messages_have_a_risk() -> None:
    samples = Measurement(max_fleets=10).of(replace(decision(), kind="duplicate"))
    assert [sample.metric.name for sample in samples] == ["ringfence.decisions"]
