"""One node and three custodians for all tests of a module."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.custodians.world import World, world_at
from tests.operations.serving import serving

MEMBERS = ("hospital", "riverside", "certifier")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A world of three custodians."""
    folder = tmp_path_factory.mktemp("custodians")
    with serving(folder / "node", folder / "node.log") as (url, _):
        async with world_at(url, folder, MEMBERS) as found:
            yield found
