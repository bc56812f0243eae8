"""EPCIS 2.0 through a node's doors, for the SDK and the command line."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from tcmchain.epcis.model.jobs import ErrorBehaviour
from tcmchain.epcis.model.refusals import StillRunning
from tcmchain.web.http import NodeHttp

_DOOR: Final = "/epcis"
_JSON: Final = "application/json"
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 1.0

Job = dict[str, Any]
Event = dict[str, Any]


class EpcisClient:
    """Captures and asks as the account that is signed in; jobs and events are in the standard's own JSON."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def hand_in(self, document: bytes, behaviour: ErrorBehaviour = ErrorBehaviour.ROLLBACK) -> str:
        """Hand in a document; answers the id of its job. It is kept then, whatever happens to the node."""
        headers = {"Content-Type": _JSON, "GS1-Capture-Error-Behaviour": behaviour.value}
        answer = await self._http.exchange("POST", f"{_DOOR}/capture", content=document, headers=headers)
        return answer.headers["Location"].rpartition("/")[2]

    async def capture(
        self,
        document: bytes,
        behaviour: ErrorBehaviour = ErrorBehaviour.ROLLBACK,
        timeout: float = 300,  # noqa: ASYNC109
    ) -> Job:
        """Hand in a document and wait for its job; raises ``StillRunning`` after ``timeout`` seconds."""
        return await self.finished(await self.hand_in(document, behaviour), timeout)

    async def finished(self, name: str, timeout: float = 300) -> Job:  # noqa: ASYNC109
        """A job once it is finished; raises ``StillRunning`` after ``timeout`` seconds."""
        deadline, pause = time.monotonic() + timeout, _FIRST_PAUSE
        while (job := await self.job(name))["running"]:
            if time.monotonic() > deadline:
                raise StillRunning(id=name)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        return job

    async def capture_event(self, event: Mapping[str, Any]) -> Event:
        """Capture one event with its own context; answers it as it stands."""
        found: Event = await self._http.post(f"{_DOOR}/events", event)
        return found

    async def job(self, name: str) -> Job:
        """A capture job."""
        found: Job = await self._http.get(f"{_DOOR}/capture/{quote(name, safe='')}")
        return found

    async def jobs(self, limit: int = 30) -> list[Job]:
        """The member's newest capture jobs."""
        found: list[Job] = await self._http.get(f"{_DOOR}/capture", perPage=limit)
        return found

    async def events(self, prefixes: Mapping[str, str] | None = None, **parameters: Any) -> AsyncIterator[Event]:
        """Events by the parameters of SimpleEventQuery, over all pages; ``prefixes`` are those of extension fields."""
        more = {"headers": {"GS1-Extensions": ",".join(f"{k}={v}" for k, v in (prefixes or {}).items())}}
        address: str | None = f"{_DOOR}/events"
        asked: Mapping[str, Any] | None = parameters
        while address is not None:
            answer = await self._http.exchange("GET", address, params=asked, **(more if prefixes else {}))
            for event in answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]:
                yield event
            link = answer.headers.get("Link")
            address, asked = (link.partition(">")[0][1:], None) if link else (None, None)

    async def event(self, name: str) -> list[Event]:
        """An event by its id, with those that declare it wrong."""
        found = await self._http.get(f"{_DOOR}/events/{quote(name, safe='')}")
        events: list[Event] = found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        return events

    async def proof(self, name: str) -> dict[str, Any]:
        """The way from an event's hash to the root on the chain."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/events/{quote(name, safe='')}/proof")
        return found

    async def name_query(self, name: str, query: Mapping[str, Any]) -> dict[str, Any]:
        """Keep a question under a name."""
        found: dict[str, Any] = await self._http.post(f"{_DOOR}/queries", {"name": name, "query": dict(query)})
        return found

    async def subscribe(self, query: str, **controls: Any) -> dict[str, Any]:
        """Subscribe an address (``dest``) to a named query."""
        path = f"{_DOOR}/queries/{quote(query, safe='')}/subscriptions"
        found: dict[str, Any] = await self._http.post(path, controls)
        return found
