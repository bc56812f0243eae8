from collections.abc import Iterator

import pytest
from tests.patients.world import World
from tests.running import ACTING, running_node


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A node whose members signed the agreement."""
    with running_node(tmp_path_factory.mktemp("world")) as running:
        for key in {*ACTING, "riverside", "insurer"}:
            running.sign_agreement(key)
        yield World(running)
