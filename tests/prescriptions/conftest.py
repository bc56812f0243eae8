from collections.abc import Iterator

import pytest
from tests.prescriptions.counter import Counter, counter_at


@pytest.fixture(scope="session")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """A node where prescriptions are written and dispensed."""
    with counter_at(tmp_path_factory.mktemp("prescriptions")) as found:
        yield found
