"""How calls leave for whoever signs them: the answer of every door that writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient
from tcmchain.chain.reverts import Rehearsal, Reverts
from tcmchain.values import Address, ChainName


class HandOver:
    """Calls as JSON: ``{"calls": [{chain, chainId, contract, function, to, data, gas}]}``."""

    def __init__(self, clients: Mapping[ChainName, ChainClient], reverts: Reverts) -> None:
        self._clients = clients
        self._rehearsal = Rehearsal(clients, reverts)

    async def __call__(self, calls: Sequence[Call], account: Address, rehearse: bool = True) -> dict[str, Any]:
        """Write calls down; ``rehearse`` asks the chains first and raises the slice's error of a refusal."""
        if rehearse:
            await self._rehearsal.check(calls, account)
        return {"calls": [await self._call(call) for call in calls]}

    async def _call(self, call: Call) -> dict[str, Any]:
        return {
            "chain": call.chain,
            "chainId": await self._clients[call.chain].chain_id(),
            "contract": call.contract,
            "function": call.function,
            "to": call.to,
            "data": call.data,
            "gas": call.gas,
        }
