"""A node that listens, with a hospital and a patient."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from tests.epcis.door import service_key
from tests.records.ward import Ward

from tcmchain.app import create_app
from tcmchain.example import cast
from tcmchain.node import Node
from tcmchain.settings import Settings


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    node = Node(Settings(home=tmp_path / "home", epcis_processes=0), cast.genesis())
    node.keystore.take_in("service-hospital", service_key("hospital"))
    server = uvicorn.Server(uvicorn.Config(create_app(node), port=0, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server tells it in no other way
        await asyncio.sleep(0.01)
    found = Ward(f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}", node)
    # Askings are signed for the node's own address, which is known only now.
    node.askings._audiences = (found.url,)
    await found.admit()
    yield found
    for side in (found.hospital, found.patient):
        await side.http.close()
    server.should_exit = True
    await serving
