"""Three members run custodians: each enrols its own, whose card tells what is to be enrolled."""

import asyncio
from typing import Final

import httpx

from tcmchain.custodians.client.http import CustodiansClient
from tcmchain.example.stage import Scene, Stage, again

MEMBERS: Final = ("hospital", "riverside", "certifier")
"""Who runs a custodian in the example."""

_PATIENCE: Final = 60.0


async def enrol_custodians(stage: Stage) -> None:
    """Enrol the custodians that were started beside the node, if any were."""
    for key, url in stage.custodians.items():
        card = await _card(url)
        await again(CustodiansClient(stage.acting(key).http).enrol(card["account"], card["inbox"], card["url"]))


async def _card(url: str) -> dict[str, str]:
    """A custodian's card, once it answers."""
    loop = asyncio.get_running_loop()
    last = loop.time() + _PATIENCE
    async with httpx.AsyncClient(timeout=5) as http:
        while True:
            try:
                found: dict[str, str] = (await http.get(f"{url}/card")).raise_for_status().json()
            except httpx.HTTPError:
                if loop.time() > last:
                    raise
                await asyncio.sleep(0.2)
            else:
                return found


SCENES: tuple[Scene, ...] = (("登记三个托管节点", enrol_custodians),)
