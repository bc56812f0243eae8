"""Custodians as a node knows them: who serves, how each answers, and the calls that enrol and retire them."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from tcmchain.chain.calls import Call
from tcmchain.custodians.client.relay import Passed, Relay
from tcmchain.custodians.contract import CustodiansCalls
from tcmchain.custodians.model.custodians import Custodian, Health, Root
from tcmchain.custodians.model.errors import UnknownCustodian
from tcmchain.custodians.readmodel.records import CustodiansRecords
from tcmchain.errors import TcmChainError
from tcmchain.values import Address


class Register:
    """What a node knows of custodians, and its way to them."""

    def __init__(self, calls: CustodiansCalls, records: CustodiansRecords, relay: Relay) -> None:
        self._calls = calls
        self._records = records
        self._relay = relay

    async def stop(self) -> None:
        """Give the connections back."""
        await self._relay.aclose()

    def all(self) -> Sequence[Custodian]:
        """Every custodian there was, in the order of their enrolling."""
        return self._records.all()

    def in_service(self) -> Sequence[Custodian]:
        """Those that serve."""
        return [found for found in self._records.all() if found.retired is None]

    def one(self, account: Address) -> Custodian:
        """A custodian, in service or not; raises :class:`UnknownCustodian`."""
        found = self._records.one(account)
        if found is None:
            raise UnknownCustodian(custodian=account)
        return found

    def roots(self, account: Address, before: int | None, limit: int) -> Sequence[Root]:
        """A custodian's roots before a number, the newest first; raises :class:`UnknownCustodian`."""
        return self._records.roots_of(self.one(account).account, before, limit)

    def enrol(self, custodian: Address, inbox: bytes, url: str) -> Call:
        """The call with which a member enrols a custodian."""
        return self._calls.enrol(custodian, inbox, url)

    def retire(self, custodian: Address) -> Call:
        """The call with which a member takes its custodian out of service."""
        return self._calls.retire(custodian)

    async def ask(
        self, account: Address, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str]
    ) -> Passed:
        """Pass an asking on to a custodian; raises as ``Relay.ask`` and :class:`UnknownCustodian`."""
        custodian = await asyncio.to_thread(self.one, account)
        return await self._relay.ask(custodian, method, path, query, body, dict(headers))

    async def health(self) -> list[Health]:
        """How each custodian in service answers now."""
        found = await asyncio.to_thread(self.in_service)
        return list(await asyncio.gather(*(self._health(custodian) for custodian in found)))

    async def _health(self, custodian: Custodian) -> Health:
        trouble: str | None = None
        try:
            passed = await self._relay.ask(custodian, "GET", "healthz")
            state: Any = json.loads(passed.content)
            if state.get("account") != custodian.account:
                trouble = "custodians-silent"
            elif not state.get("ok"):
                trouble = str(state.get("trouble") or "custodians-unknown")
        except TcmChainError as error:
            trouble = error.code
        except (ValueError, AttributeError, RecursionError):
            trouble = "custodians-silent"
        return Health(custodian.account, custodian.member, custodian.url, trouble)
