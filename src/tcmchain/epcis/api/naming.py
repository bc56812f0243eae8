"""Named queries and subscriptions to them."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from tcmchain.epcis.api.edge import EpcisRoute, base_url, discovery, json_body, member_of
from tcmchain.epcis.api.paging import next_headers, only_paging, per_page, place_of
from tcmchain.epcis.api.querying import answer, parameters_of
from tcmchain.epcis.api.views import json_answer, query_view, subscription_view
from tcmchain.epcis.model.refusals import DocumentUnreadable, ParameterUnknown, ParameterWrong
from tcmchain.epcis.service.asking import Asking, question_of
from tcmchain.epcis.service.subscribing import Subscriptions

_Name = Annotated[str, Path(min_length=1, max_length=200)]
_SubscriptionId = Annotated[str, Path(min_length=1, max_length=64)]
_PAGING: Final = ("perPage", "nextPageToken")


def router(asking: Asking, subscriptions: Subscriptions) -> APIRouter:
    """``/queries`` and all below."""
    found = APIRouter(prefix="/queries", route_class=EpcisRoute)
    _queries(found, asking)
    _results(found, asking)
    _subscriptions(found, subscriptions)
    return found


def _queries(found: APIRouter, asking: Asking) -> None:
    @found.post("", status_code=201)
    async def name_query(request: Request) -> Response:
        """Keep a question under a name."""
        member = member_of(request)
        body = await _object(request)
        name, definition = body.get("name"), body.get("query")
        if not isinstance(name, str) or not 0 < len(name) <= 200 or "/" in name or not name.isprintable():
            raise ParameterWrong(parameter="name", expected="1 … 200")
        if not isinstance(definition, dict):
            raise ParameterWrong(parameter="query", expected="{…}")
        query = await run_in_threadpool(asking.name_query, name, definition, member)
        where = f"{base_url(request)}/queries/{quote(name, safe='')}"
        return json_answer(query_view(query), 201, {"Location": where})

    @found.get("")
    async def list_queries(request: Request) -> Response:
        """Named queries, by name."""
        only_paging(request)
        member_of(request)
        limit = per_page(request)
        kept = await run_in_threadpool(asking.queries, place_of(request), limit + 1)
        more = kept[limit - 1].name if len(kept) > limit else None
        return json_answer([query_view(query) for query in kept[:limit]], headers=next_headers(request, more))

    @found.options("", status_code=204)
    def discover_queries() -> Response:
        """What queries answer to."""
        return discovery("OPTIONS, GET, POST")

    @found.get("/{name}")
    async def read_query(name: _Name, request: Request) -> Response:
        """A named query."""
        member_of(request)
        return json_answer(query_view(await run_in_threadpool(asking.query, name)))

    @found.delete("/{name}", status_code=204)
    async def forget_query(name: _Name, request: Request) -> Response:
        """End a named query and its subscriptions; by the member that named it."""
        await run_in_threadpool(asking.forget_query, name, member_of(request))
        return Response(status_code=204)

    @found.options("/{name}", status_code=204)
    def discover_query(name: _Name) -> Response:  # noqa: ARG001
        """What a query answers to."""
        return discovery("OPTIONS, GET, DELETE")


def _results(found: APIRouter, asking: Asking) -> None:
    @found.get("/{name}/events")
    async def ask_query(name: _Name, request: Request) -> Response:
        """Answers to a named query, page by page."""
        member_of(request)
        for given in parameters_of(request):
            if given not in _PAGING:
                raise ParameterUnknown(parameter=given[:100])
        query = await run_in_threadpool(asking.query, name)
        return await answer(request, asking, question_of(query.definition), name)

    @found.options("/{name}/events", status_code=204)
    def discover_results(name: _Name) -> Response:  # noqa: ARG001
        """What results answer to."""
        return discovery("OPTIONS, GET")


def _subscriptions(found: APIRouter, subscriptions: Subscriptions) -> None:
    @found.post("/{name}/subscriptions", status_code=201)
    async def subscribe(name: _Name, request: Request) -> Response:
        """Subscribe an address to a query, on capture (``stream``) or by a ``schedule``.

        Results are posted with a ``GS1-Signature`` (HMAC-SHA256 of the body under ``signatureToken``).
        """
        member = member_of(request)
        made = await run_in_threadpool(subscriptions.subscribe, name, await _object(request), member)
        where = f"{base_url(request)}/queries/{quote(name, safe='')}/subscriptions/{made.id}"
        return json_answer(subscription_view(made, member), 201, {"Location": where})

    @found.get("/{name}/subscriptions")
    async def list_subscriptions(name: _Name, request: Request) -> Response:
        """Subscriptions of a query."""
        only_paging(request)
        member = member_of(request)
        limit = per_page(request)
        kept = await run_in_threadpool(subscriptions.subscriptions, name, place_of(request), limit + 1)
        more = kept[limit - 1].id if len(kept) > limit else None
        return json_answer([subscription_view(s, member) for s in kept[:limit]], headers=next_headers(request, more))

    @found.options("/{name}/subscriptions", status_code=204)
    def discover_subscriptions(name: _Name) -> Response:  # noqa: ARG001
        """What subscriptions answer to."""
        return discovery("OPTIONS, GET, POST")

    @found.get("/{name}/subscriptions/{subscription}")
    async def read_subscription(name: _Name, subscription: _SubscriptionId, request: Request) -> Response:
        """A subscription, without its secret."""
        member = member_of(request)
        kept = await run_in_threadpool(subscriptions.subscription, name, subscription)
        return json_answer(subscription_view(kept, member))

    @found.delete("/{name}/subscriptions/{subscription}", status_code=204)
    async def unsubscribe(name: _Name, subscription: _SubscriptionId, request: Request) -> Response:
        """End a subscription; by the member that made it."""
        await run_in_threadpool(subscriptions.unsubscribe, name, subscription, member_of(request))
        return Response(status_code=204)

    @found.options("/{name}/subscriptions/{subscription}", status_code=204)
    def discover_subscription(name: _Name, subscription: _SubscriptionId) -> Response:  # noqa: ARG001
        """What a subscription answers to."""
        return discovery("OPTIONS, GET, DELETE")


async def _object(request: Request) -> Mapping[str, Any]:
    try:
        found = orjson.loads(await json_body(request))
    except orjson.JSONDecodeError as error:
        raise DocumentUnreadable(reason="json") from error
    if not isinstance(found, dict):
        raise DocumentUnreadable(reason="json")
    return found
