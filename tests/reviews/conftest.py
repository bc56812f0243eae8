from collections.abc import Iterator

import pytest
from tests.reviews.scene import Scene, scene_at


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A node whose pharmacies dispense under prescriptions."""
    with scene_at(tmp_path_factory.mktemp("reviews")) as found:
        yield found
