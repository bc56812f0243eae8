"""Points in the genesis file."""

import json
from typing import Any

import pytest

from tcmchain.example import cast
from tcmchain.members.model.errors import GenesisInvalid
from tcmchain.members.model.genesis import Allocation, read_genesis
from tcmchain.values import Hash32, short_text


def _genesis(**changed: Any) -> bytes:
    return json.dumps({**json.loads(cast.genesis()), **changed}).encode()


def test_read__points_of_members_and_common_purses__are_thousandths() -> None:
    found = {share.holder: share.amount for share in read_genesis(cast.genesis()).points}
    assert found[Hash32(cast.member("grower"))] == cast.POINTS["Grower"] * 1000
    assert found[short_text("fund")] == cast.COMMON_POINTS["fund"] * 1000
    assert Hash32(cast.member("lab")) not in found


def test_read__a_file_without_points__founds_none() -> None:
    content = json.loads(cast.genesis())
    members = [{name: value for name, value in one.items() if name != "points"} for one in content["members"]]
    assert read_genesis(_genesis(points={}, members=members)).points == ()
    assert read_genesis(_genesis(points={"fund": 2}, members=members)).points == (Allocation(short_text("fund"), 2000),)


@pytest.mark.parametrize(
    ("points", "where"),
    [
        ({"fund": -1}, "points.fund"),
        ({"fund": 1.5}, "points.fund"),
        ({"fund": True}, "points.fund"),
        ({"reserve": 10**16}, "points.reserve"),
        ({"reserve": 10**15}, "points"),
        ({"owner": 1}, "points.owner"),
        ([], "points"),
    ],
)
def test_read__points_that_cannot_be__says_where(points: Any, where: str) -> None:
    with pytest.raises(GenesisInvalid) as refused:
        read_genesis(_genesis(points=points))
    assert refused.value.details["where"] == where
