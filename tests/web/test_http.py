"""What a node tells, as errors of this process."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tcmchain.errors import (
    Conflict,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    TcmChainError,
    TooLarge,
    TooMany,
    Unavailable,
)
from tcmchain.members.model.errors import NotCarried
from tcmchain.web.http import NodeDoesNotAnswer, NodeHttp


def _node(answer: Callable[[httpx.Request], httpx.Response]) -> NodeHttp:
    return NodeHttp("http://localhost", transport=httpx.MockTransport(answer))


def _telling(status: int, content: Any) -> NodeHttp:
    return _node(lambda _: httpx.Response(status, json=content))


async def test_get__error_that_a_slice_has_a_class_for__is_of_that_class() -> None:
    problem = {"code": "members-not-carried", "message": "票数不足", "details": {"votes": 1, "quorum": 3}}
    with pytest.raises(NotCarried, match="票数不足") as caught:
        await _telling(409, problem).get("/api/motions")
    assert caught.value.details == {"votes": 1, "quorum": 3}


async def test_get__problem_of_rfc_7807__has_its_details_beside_the_members() -> None:
    problem = {"type": "x:Wrong", "title": "wrong", "status": 400, "detail": "错", "code": "never-heard-of", "place": 3}
    with pytest.raises(Invalid, match="错") as caught:
        await _telling(400, problem).get("/epcis/events")
    assert caught.value.details == {"place": 3}


@pytest.mark.parametrize(
    ("status", "family"),
    [
        (400, Invalid),
        (401, NotSignedIn),
        (403, NotPermitted),
        (404, NotFound),
        (409, Conflict),
        (413, TooLarge),
        (422, Invalid),
        (429, TooMany),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
async def test_get__error_of_a_later_version__is_of_its_family(status: int, family: type[TcmChainError]) -> None:
    with pytest.raises(family) as caught:
        await _telling(status, {"code": "never-heard-of"}).get("/")
    assert caught.value.code == "never-heard-of"


async def test_get__answer_of_something_else_than_a_node__is_told() -> None:
    with pytest.raises(Unavailable, match="Bad gateway"):
        await _node(lambda _: httpx.Response(502, text="Bad gateway")).get("/")
    with pytest.raises(Invalid):
        await _telling(422, {"detail": [{"msg": "field required"}]}).get("/")


async def test_get__nobody_listens__says_where() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(NodeDoesNotAnswer) as caught:
        await _node(fail).get("/")
    assert caught.value.details == {"url": "http://localhost"}


async def test_get__parameters_that_are_none__are_left_out() -> None:
    node = _node(lambda request: httpx.Response(200, json=str(request.url)))
    assert await node.get("/api/members", q="参", kind=None) == "http://localhost/api/members?q=%E5%8F%82"


async def test_upload__table__goes_as_a_form_with_its_name() -> None:
    node = _node(lambda request: httpx.Response(200, json=request.content.decode()))
    form = await node.upload("/api/tables", b"lot,quantity", "lots.csv", dry_run="true", kind=None)
    assert 'name="file"; filename="lots.csv"' in form
    assert 'name="dry_run"' in form
    assert 'name="kind"' not in form


async def test_delete__answer_without_content__is_nothing() -> None:
    assert await _node(lambda _: httpx.Response(204)).delete("/api/session") is None
