"""What a node tells Prometheus of itself: numbers only, no ids, no addresses, nobody's name.

Text format and naming follow https://prometheus.io/docs/practices/naming/: base units, ``_total`` for counters.
"""

import hmac
from collections.abc import Awaitable, Callable, Collection, Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from tcmchain.errors import NotPermitted

_SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FORWARDED: Final = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded")

Extra = Callable[[], Awaitable[Iterable[Collector]]]
"""Looks at the node and answers what is to be told beside the requests."""


class MetricsClosed(NotPermitted):
    """Somebody from elsewhere asked for the figures without the token that the operator has set."""

    code = "metrics-closed"


class Metrics:
    """Figures of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._requests = Counter(
            "tcmchain_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "tcmchain_http_request_seconds",
            "Time until the whole answer was handed over.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._under_way = Gauge("tcmchain_http_requests_under_way", "Requests being answered.", registry=self.registry)
        self._sockets = Gauge("tcmchain_http_sockets", "WebSockets open.", registry=self.registry)

        # Finding a labelled figure takes longer than counting.
        self._kept: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def began(self, socket: bool) -> None:
        """A request, or a socket, has come in."""
        (self._sockets if socket else self._under_way).inc()

    def ended(self, socket: bool) -> None:
        """It has ended."""
        (self._sockets if socket else self._under_way).dec()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer under its route's template."""
        kept = self._kept.get((method, route, status))
        if kept is None:
            shown = method if method in _METHODS else "other"
            kept = self._requests.labels(shown, route, str(status)), self._seconds.labels(shown, route)
            if method in _METHODS:
                self._kept[method, route, status] = kept
        kept[0].inc()
        kept[1].observe(seconds)

    def text(self, further: Iterable[Collector] = ()) -> bytes:
        """Everything in Prometheus' text format."""
        beside = CollectorRegistry()
        for collector in further:
            beside.register(collector)
        return generate_latest(self.registry) + generate_latest(beside)


def router(metrics: Metrics, extra: Extra, local_hosts: Collection[str], token: str | None = None) -> APIRouter:
    """``GET /metrics``: open on this machine; elsewhere with ``Authorization: Bearer <token>`` if one is set."""
    found = APIRouter()

    @found.get("/metrics", include_in_schema=False)
    async def read_metrics(request: Request) -> Response:
        if not _from_here(request, local_hosts) and not _knows(request, token):
            raise MetricsClosed
        return Response(metrics.text(await extra()), media_type=CONTENT_TYPE_LATEST)

    return found


def _from_here(request: Request, local_hosts: Collection[str]) -> bool:
    """Whether nobody stands between: a proxy on this machine brings strangers, under another name or marked so."""
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    if name not in local_hosts or any(header in request.headers for header in _FORWARDED):
        return False
    try:
        return request.client is None or ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _knows(request: Request, token: str | None) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return bool(token) and scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), (token or "").encode())
