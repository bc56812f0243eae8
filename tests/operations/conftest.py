"""One node that has told its story, for all checks."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.operations.examining import told_node
from tests.operations.serving import serving


@pytest.fixture(scope="session")
def story_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address and folder of a node that has told the example's story and anchored a batch of observations."""
    folder = tmp_path_factory.mktemp("check")
    with serving(folder / "home", folder / "log") as (url, _):
        asyncio.run(told_node(url, folder))
        yield url, folder / "home"
