"""ops/datadog fits the metrics that are sent, and says what DATADOG-2 and DATADOG-4 ask for."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.datadog.definitions import FOLDER, read_definitions
from app.datadog.errors import DefinitionError
from app.datadog.resource import Definition, Json
from app.settings import DatadogSettings
from app.telemetry.names import METRICS

METRIC = re.compile(r"(?:avg|sum|min|max):(ringfence\.[\w.]+)\{([^}]*)\}(?: by \{([\w,]+)\})?(\.as_\w+)?")
TABLE = {metric.name: metric for metric in METRICS}
ALL = read_definitions(FOLDER, DatadogSettings())
MONITORS = {definition.name: definition.body for definition in ALL if definition.kind == "monitor"}


def texts(value: Json) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def queries(definition: Definition) -> list[tuple[str, str, str, str]]:
    return [found for text in texts(definition.body) for found in METRIC.findall(text)]


def options(name: str) -> dict[str, Json]:
    found = MONITORS[name]["options"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("definition", ALL, ids=lambda definition: definition.name)
def test_queries_name_metrics_and_tags_that_are_sent(definition: Definition) -> None:
    assert queries(definition)
    for name, scope, groups, modifier in queries(definition):
        used = {part.split(":")[0] for part in scope.split(",") if part not in {"*", "$fleet"}}
        used |= {"fleet"} if "$fleet" in scope else set()
        used |= set(groups.split(",")) - {""}
        assert used <= set(TABLE[name].tags), name
        assert (modifier != "") == (TABLE[name].kind == "count"), name


def test_every_metric_is_on_the_dashboard() -> None:
    (dashboard,) = (definition for definition in ALL if definition.kind == "dashboard")
    assert {name for name, *_ in queries(dashboard)} == set(TABLE)


def test_trust_under_thirty_is_a_warning() -> None:
    thresholds = options("Ringfence: trust of an agent is low")["thresholds"]
    assert isinstance(thresholds, dict)
    assert thresholds["warning"] == 30


def test_several_quarantines_at_once_are_critical() -> None:
    assert options("Ringfence: several agents quarantined at once")["thresholds"] == {"critical": 3}


@pytest.mark.parametrize("name", MONITORS)
def test_monitors_resolve_by_themselves_and_say_so(name: str) -> None:
    assert "{{#is_recovery}}" in str(MONITORS[name]["message"])
    assert "on_missing_data" in options(name)


def test_two_files_cannot_define_the_same(tmp_path: Path) -> None:
    for file in ("one.json", "two.json"):
        (tmp_path / "dashboards").mkdir(exist_ok=True)
        (tmp_path / "dashboards" / file).write_text('{"title": "Same"}')
    with pytest.raises(DefinitionError, match="two files define the dashboard 'Same'"):
        read_definitions(tmp_path, DatadogSettings())


def test_the_documentation_lists_every_metric() -> None:
    text = (Path(__file__).parents[3] / "docs" / "datadog.md").read_text()
    listed = re.findall(r"^\| `(ringfence\.[\w.]+)` \| (\w+) \| ([\w, ]*) \|", text, re.MULTILINE)
    assert listed == [(metric.name, metric.kind, ", ".join(metric.tags)) for metric in METRICS]
