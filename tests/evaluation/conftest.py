"""Public sets, converted to agent messages."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evaluation import convert as converter

Convert = Callable[[str], Path]


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Convert a set by its name; the file of its messages. Skips where the sets are absent."""
    out = tmp_path_factory.mktemp("sets")

    def convert(name: str) -> Path:
        folder = converter.convert(name, converter.SETS, out)
        if folder is None:
            pytest.skip(f"not shown on real data: the public set {name} is not at {converter.SETS}")
        return folder / "messages.jsonl"

    return convert
