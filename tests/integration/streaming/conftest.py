"""A run of the counter on the shared broker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.streaming.harness import Run

collect_ignore = ["worker.py"]  # a program, not a module: it makes its app from the environment


@pytest.fixture
def run(bootstrap: str, tmp_path: Path) -> Iterator[Run]:
    with Run(bootstrap, tmp_path) as started:
        yield started
