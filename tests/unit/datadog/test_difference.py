"""What counts as a difference between a definition and what Datadog keeps of it."""

from hypothesis import given
from hypothesis import strategies as st

from app.datadog.difference import differences
from app.datadog.resource import Json

json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("abc", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
)


@given(json)
def test_a_document_does_not_differ_from_itself(document: Json) -> None:
    assert list(differences(document, document)) == []


@given(st.dictionaries(st.text("abc", min_size=1), json), st.dictionaries(st.text("xyz", min_size=1), json))
def test_what_datadog_adds_is_no_difference(wanted: dict[str, Json], added: dict[str, Json]) -> None:
    assert list(differences(wanted, {**added, **wanted})) == []


@given(json, json)
def test_no_difference_means_that_everything_wanted_is_there(wanted: Json, found: Json) -> None:
    if not list(differences(wanted, found)):
        assert contains(found, wanted)


def contains(found: Json, wanted: Json) -> bool:
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(contains(found.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(contains, found, wanted))
    return wanted == found


def test_a_threshold_that_is_no_longer_wanted_is_a_difference() -> None:
    found: Json = {"options": {"thresholds": {"critical": 1.0, "warning": 2.0}}}
    wanted: Json = {"options": {"thresholds": {"critical": 1}}}
    assert [str(difference) for difference in differences(wanted, found)] == ["options.thresholds.warning: 2.0 -> none"]


def test_a_widget_more_or_less_is_a_difference() -> None:
    assert [difference.path for difference in differences({"widgets": [{}, {}]}, {"widgets": [{}]})] == ["widgets"]
