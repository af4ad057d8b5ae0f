"""Every metric, in one place: DogStatsD and Prometheus serve these, docs/metrics.md lists them."""

from app.telemetry.metric import Metric

DECISIONS = Metric(
    "ringfence.decisions", "count", "message", ("fleet", "kind", "verdict"), "Records decided, each exactly once."
)
RISK = Metric(
    "ringfence.risk",
    "distribution",
    "fraction",
    ("fleet",),
    "Conflict risk of each message, 0..1.",
    buckets=(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
)
CONFLICTS = Metric(
    "ringfence.conflicts", "count", "message", ("fleet",), "Messages that cost an agent trust for a conflict."
)
TRUST = Metric(
    "ringfence.trust.score",
    "distribution",
    "",
    ("fleet",),
    "Scores, 0..100, as records have moved them.",
    buckets=(10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0),
)
LOWEST_TRUST = Metric(
    "ringfence.trust.lowest", "gauge", "", ("fleet",), "The lowest score among agents that moved in the last hour."
)
TRANSITIONS = Metric(
    "ringfence.transitions", "count", "event", ("fleet", "state", "act", "mode"), "Interventions and what ends them."
)
ALERTS = Metric("ringfence.alerts", "count", "event", ("fleet", "pattern", "state", "level"), "Changes of alerts.")
DEAD_LETTERS = Metric("ringfence.dead_letters", "count", "message", ("error",), "Records that could not be decided.")
COMPONENT_UP = Metric(
    "ringfence.component.up", "gauge", "", ("component", "instance"), "1 while it works, 0 where it says that it fails."
)
LAG = Metric("ringfence.lag", "gauge", "message", ("partition",), "Records of the log that a fold has yet to decide.")
BEHIND = Metric(
    "ringfence.behind",
    "gauge",
    "second",
    ("partition",),
    "Seconds since a fold had decided all that the log then held.",
)
BREAKER_OPEN = Metric(
    "ringfence.breaker.open", "gauge", "", ("breaker",), "1 while a circuit breaker keeps calls back, else 0."
)
BREAKER_CHANGES = Metric(
    "ringfence.breaker.changes", "count", "event", ("breaker", "state"), "Times a circuit breaker took on a state."
)
DATADOG_REFUSED = Metric(
    "ringfence.datadog.refused", "count", "event", (), "Events that Datadog refuses for good, which are left out."
)
WEBHOOK_DEAD_LETTERS = Metric(
    "ringfence.webhook.dead_letters",
    "count",
    "event",
    ("endpoint",),
    "Events that a webhook is not told of any more: refused, or failed at too often.",
)
ANALYST_CALLS = Metric(
    "ringfence.analyst.calls",
    "count",
    "request",
    ("outcome",),
    "Questions to the analyst's model, by the finish reason of the answer; `none` where none came.",
)
ANALYST_TOKENS = Metric(
    "ringfence.analyst.tokens", "count", "token", ("direction",), "Tokens sent (in), answered (out)."
)
ANALYST_COST = Metric(
    "ringfence.analyst.cost", "count", "dollar", (), "US dollars that answers cost, by the prices of the settings."
)
ANALYST_LATENCY = Metric(
    "ringfence.analyst.latency",
    "distribution",
    "second",
    ("outcome",),
    "From a question to its answer.",
    buckets=(0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0),
)
ANALYST_PASSED_OVER = Metric(
    "ringfence.analyst.passed_over", "count", "event", ("reason",), "Alerts that the analyst was not asked about."
)
ANALYST_OPINIONS = Metric(
    "ringfence.analyst.opinions", "count", "event", ("outcome",), "Opinions, by whether they came to stand on record."
)

METRICS = (
    DECISIONS,
    RISK,
    CONFLICTS,
    TRUST,
    LOWEST_TRUST,
    TRANSITIONS,
    ALERTS,
    DEAD_LETTERS,
    COMPONENT_UP,
    LAG,
    BEHIND,
    BREAKER_OPEN,
    BREAKER_CHANGES,
    DATADOG_REFUSED,
    WEBHOOK_DEAD_LETTERS,
    ANALYST_CALLS,
    ANALYST_TOKENS,
    ANALYST_COST,
    ANALYST_LATENCY,
    ANALYST_PASSED_OVER,
    ANALYST_OPINIONS,
)
