"""Systems that are disturbed: a broker, topics and keys, under a policy that makes much happen."""

from collections.abc import Iterator

import pytest

from tests.system.system import LIVELY, System


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """One system for a module; each test starts its workers, and leaves it settled and without any."""
    with System(tmp_path_factory.mktemp("system")) as made:
        made.put_in_force(LIVELY)
        yield made


@pytest.fixture(autouse=True)
def calm(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that failed, no worker of its system is left."""
    yield
    if "system" in request.fixturenames:
        request.getfixturevalue("system").abandon()
