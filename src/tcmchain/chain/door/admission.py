"""Who may come to the door at all: the names the node answers to, and the pages that may ask."""

from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from tcmchain.chain.door.answering import Caller
from tcmchain.errors import NotPermitted


class NotAdmitted(NotPermitted):
    """The node does not answer to that name, or to a page of that site: ``host`` or ``origin``."""

    code = "not-admitted"


@dataclass(frozen=True, slots=True)
class Admission:
    """``hosts`` are names without port; ``origins`` are other sites (``https://name[:port]``) whose pages may read."""

    hosts: Collection[str]
    origins: Collection[str] = field(default=())

    def admit(self, connection: HTTPConnection) -> Caller:
        """Check Host against DNS rebinding and Origin against foreign pages; raises :class:`NotAdmitted`."""
        host = connection.headers.get("host", "")
        if _name(host) not in self.hosts:
            raise NotAdmitted(f"this node does not answer to {host[:80]}", host=host[:80])
        address = connection.client.host if connection.client else ""
        origin = connection.headers.get("origin")
        if origin is None or _site(origin) == host:
            return Caller(address)
        if origin not in self.origins:
            raise NotAdmitted(f"pages of {origin[:80]} may not ask here", origin=origin[:80])
        return Caller(address, foreign=True)

    def headers(self, connection: HTTPConnection) -> dict[str, str]:
        """What lets a browser hand the answer to a listed site's page."""
        origin = connection.headers.get("origin")
        if origin is None or origin not in self.origins:
            return {"vary": "Origin"}
        return {
            "access-control-allow-origin": origin,
            "access-control-allow-methods": "POST",
            "access-control-allow-headers": "content-type",
            "access-control-max-age": "600",
            "vary": "Origin",
        }


def _site(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _name(host: str) -> str:
    """A Host header's name without its port."""
    if host.startswith("["):
        return host.partition("]")[0][1:]
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and ":" in host else host
