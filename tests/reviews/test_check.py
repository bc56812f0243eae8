import random
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.reviews.scene import Scene, patient

from tcmchain.app import create_app
from tcmchain.operating.checks.reviews import reviews_within_dispensings
from tcmchain.operating.examined import Examined
from tcmchain.web.http import NodeHttp

pytestmark = pytest.mark.engine


class _Boasting:
    """A node that tells of more reviews than the contract has."""

    def __init__(self, api: Any) -> None:
        self._api = api

    async def get(self, path: str, **params: Any) -> Any:
        found = await self._api.get(path, **params)
        return [{**one, "used": one["used"] + 1} for one in found] if path.endswith("/tallies") else found


def test_check__counts_of_the_node_and_of_the_contracts__have_to_agree(scene: Scene) -> None:
    scene.reviewed(scene.formula(31), patient(31))
    node = scene.running.node
    api = NodeHttp("http://localhost:8000", transport=httpx.ASGITransport(create_app(node)))
    at = Examined("http://localhost:8000", api, node.clients, {}, None, 10, random.Random(0))
    assert scene.running.run(reviews_within_dispensings(at)) == []
    boasting = replace(at, api=_Boasting(api))
    faults = scene.running.run(reviews_within_dispensings(boasting))
    assert {fault.code for fault in faults} == {"check-reviews-differ"}
