from collections.abc import Iterator

import pytest
from tests.reviews.scene import Scene, scene_at


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A node whose pharmacies dispense under prescriptions; it puts the clock of blocks forward, so it ends early."""
    with scene_at(tmp_path_factory.mktemp("reviews")) as found:
        yield found
