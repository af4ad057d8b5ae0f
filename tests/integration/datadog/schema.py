"""What Datadog's API reference says that a monitor, a dashboard and an event may hold, and what its validation adds.

Fields: https://docs.datadoghq.com/api/latest/monitors/, .../dashboards/, .../events/. That the alert threshold must be
the query's, that a warning needs one, and on which side recovery lies: /api/v1/monitor/validate says so.
"""

import re
from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta, Struct, ValidationError

Aggregation = Literal["avg", "sum", "min", "max", "last"]
Tags = list[Annotated[str, Meta(max_length=200, pattern=r"^[a-z][\w\-./]*(:[\w\-./:]+)?$")]]


class Strict(Struct, forbid_unknown_fields=True):
    pass


class Thresholds(Strict):
    critical: float
    warning: float | None = None
    critical_recovery: float | None = None
    warning_recovery: float | None = None


class MonitorOptions(Strict):
    thresholds: Thresholds
    on_missing_data: Literal["default", "show_no_data", "show_and_notify_no_data", "resolve"]
    require_full_window: bool = False
    include_tags: bool = True
    notify_audit: bool = False
    renotify_interval: Annotated[int, Meta(ge=0)] | None = None


class Monitor(Strict):
    name: Annotated[str, Meta(min_length=1)]
    type: Literal["query alert"]
    query: str
    message: str
    tags: Tags
    options: MonitorOptions
    priority: Annotated[int, Meta(ge=1, le=5)] | None = None

    def __post_init__(self) -> None:
        check_monitor(self)


class MetricQuery(Strict):
    data_source: Literal["metrics"]
    name: Annotated[str, Meta(pattern=r"^[a-z]\w*$")]
    query: str
    aggregator: Aggregation | None = None

    def __post_init__(self) -> None:
        check_metric_query(self.query)


class Formula(Strict):
    formula: str


class ConditionalFormat(Strict):
    comparator: Literal["=", ">", ">=", "<", "<="]
    value: float
    palette: Literal["white_on_green", "white_on_yellow", "white_on_red"]


class TimeseriesRequest(Strict):
    response_format: Literal["timeseries"]
    queries: Annotated[list[MetricQuery], Meta(min_length=1)]
    formulas: Annotated[list[Formula], Meta(min_length=1)]
    display_type: Literal["area", "bars", "line"]


class ValueRequest(Strict):
    response_format: Literal["scalar"]
    queries: Annotated[list[MetricQuery], Meta(min_length=1)]
    formulas: Annotated[list[Formula], Meta(min_length=1)]
    conditional_formats: list[ConditionalFormat] = []


class Timeseries(Strict, tag_field="type", tag="timeseries"):
    title: str
    requests: Annotated[list[TimeseriesRequest], Meta(min_length=1)]


class QueryValue(Strict, tag_field="type", tag="query_value"):
    title: str
    requests: Annotated[list[ValueRequest], Meta(min_length=1, max_length=1)]
    autoscale: bool = True
    precision: int | None = None


class Note(Strict, tag_field="type", tag="note"):
    content: str


class StreamColumn(Strict):
    field: str
    width: Literal["auto", "compact", "full"]


class StreamQuery(Strict):
    data_source: Literal["event_stream"]
    query_string: str
    event_size: Literal["s", "l"]


class StreamRequest(Strict):
    response_format: Literal["event_list"]
    columns: Annotated[list[StreamColumn], Meta(min_length=1)]
    query: StreamQuery


class ListStream(Strict, tag_field="type", tag="list_stream"):
    title: str
    requests: Annotated[list[StreamRequest], Meta(min_length=1, max_length=1)]


class Widget(Strict):
    definition: Timeseries | QueryValue | Note | ListStream


class TemplateVariable(Strict):
    name: str
    prefix: str | None = None
    defaults: list[str] = []


class Dashboard(Strict):
    title: Annotated[str, Meta(min_length=1)]
    layout_type: Literal["ordered", "free"]
    widgets: list[Widget]
    description: str | None = None
    reflow_type: Literal["auto", "fixed"] | None = None
    template_variables: list[TemplateVariable] | None = None


class Event(Strict):
    title: Annotated[str, Meta(min_length=1, max_length=100)]
    text: Annotated[str, Meta(max_length=4000)]
    alert_type: Literal["error", "warning", "info", "success"]
    aggregation_key: Annotated[str, Meta(max_length=100)]
    tags: Tags
    date_happened: int | None = None


_MONITOR_QUERY = re.compile(r"^(avg|sum|min|max)\(last_\d+[mhdw]\):(.+) (>=|>|<=|<) (-?\d+(?:\.\d+)?)$")
_METRIC_QUERY = re.compile(
    r"(?:avg|sum|min|max):[a-z][\w.]*\{([^{}]*)\}(?: by \{[\w,]+\})?(?:\.as_count\(\)|\.as_rate\(\))?"
)
_SCOPE = re.compile(r"^(\*|(\$\w+|\w+:[\w\-./]+)(,(\$\w+|\w+:[\w\-./]+))*)$")


def check_monitor(monitor: Monitor) -> None:
    parts = _MONITOR_QUERY.match(monitor.query)
    if parts is None:
        raise ValidationError("The value provided for parameter 'query' is invalid")
    aggregation, expression, comparator, number = parts.groups()
    check_metric_query(expression)
    check_thresholds(monitor.options.thresholds, comparator, float(number))
    counts = aggregation == "sum" and ".as_count()" in expression
    if counts and monitor.options.on_missing_data != "default":
        raise ValidationError("Invalid on_missing_data value; valid value is: default")


def check_thresholds(thresholds: Thresholds, comparator: str, number: float) -> None:
    if thresholds.critical != number:
        raise ValidationError(
            f"Alert threshold ({thresholds.critical}) does not match that used in the query ({number})."
        )
    above = 1.0 if comparator.startswith(">") else -1.0
    calmer = [thresholds.critical, thresholds.critical_recovery, thresholds.warning, thresholds.warning_recovery]
    steps = [above * value for value in calmer if value is not None]
    if any(later >= earlier for earlier, later in pairwise(steps)):
        raise ValidationError("alert and alert recovery criteria are such that the monitor can be in both states")


def check_metric_query(query: str) -> None:
    scopes = _METRIC_QUERY.findall(query)
    left = re.sub(r"[\s\d.*/()+-]", "", _METRIC_QUERY.sub("", query))
    if not scopes or left or not all(_SCOPE.match(scope) for scope in scopes):
        raise ValidationError(f"The value provided for parameter 'query' is invalid: {query}")
