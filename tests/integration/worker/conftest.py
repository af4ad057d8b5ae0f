"""One system for the tests of the whole worker."""

from collections.abc import Iterator

import pytest

from tests.system.system import LIVELY, System


@pytest.fixture
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system under the lively policy, without workers yet."""
    with System(tmp_path_factory.mktemp("system")) as made:
        made.put_in_force(LIVELY)
        yield made
