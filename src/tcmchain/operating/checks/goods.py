"""Whether lots, quantities and steps are what the chain says they are."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from tcmchain.errors import NotFound
from tcmchain.operating.examined import Examined, Fault, NotApplicable, lot_of
from tcmchain.values import ZERO_HASH, Address, LotId, short_text

_PROVENANCE: Final = "Provenance"
_CHAIN: Final = "care"
_PAUSES: Final = (0, 0.3, 1)


async def lots_match(at: Examined) -> list[Fault]:
    """A sample of lots, each with everybody's holding, is in the index as it is in the contract."""
    ledgers = await at.ever_installed(_CHAIN, _PROVENANCE)
    lots = await at.lots()
    if not lots:
        raise NotApplicable("check-no-lots")

    async def look(lot: Mapping[str, Any]) -> list[Fault]:
        ledger = await _ledger_of(at, lot_of(lot), ledgers)
        if ledger is None:
            return [Fault("check-lot-not-on-chain", {"lot": lot["id"]})]
        return await _compare_again(at, ledger, lot)

    return await at.each(lots, look)


async def _compare_again(at: Examined, ledger: Address, lot: Mapping[str, Any]) -> list[Fault]:
    """Compare a few times, as a step may be taken between the two answers."""
    faults: list[Fault] = []
    for pause in _PAUSES:
        await asyncio.sleep(pause)
        faults = await _compare(at, ledger, lot)
        if not faults:
            break
    return faults


async def _ledger_of(at: Examined, lot: LotId, ledgers: list[Address]) -> Address | None:
    """The first of the ledgers ever in force that has the lot."""
    for ledger in ledgers:
        if (await at.ask(_CHAIN, ledger, _PROVENANCE, "lotById", lot))[1] != ZERO_HASH:
            return ledger
    return None


async def _compare(at: Examined, ledger: Address, lot: Mapping[str, Any]) -> list[Fault]:
    form, maker, made, expires = (await at.ask(_CHAIN, ledger, _PROVENANCE, "lotById", lot["id"]))[:4]
    certificate = await at.api.get(f"/api/provenance/lots/{lot['id']}/certificate")
    told = {
        "form": (form, _word(lot["form"])),
        "maker": (maker, lot["maker"]),
        "made": (made, lot["made"]),
        "expires": (min(expires, 1 << 53), lot["expires"]),
    }
    for holding in certificate["holdings"]:
        if holding["lot"]["id"] == lot["id"]:
            held = await at.ask(_CHAIN, ledger, _PROVENANCE, "held", lot["id"], holding["holder"])
            told[f"held by {holding['holder']}"] = held, holding["milligrams"]
    wrong = {what: pair for what, pair in told.items() if pair[0] != pair[1]}
    return [
        Fault("check-lot-differs", {"lot": lot["id"], "what": what, "chain": chain, "index": index})
        for what, (chain, index) in wrong.items()
    ]


def _word(form: str) -> str:
    return form if form.startswith("0x") else short_text(form)


async def mass_conserved(at: Examined) -> list[Fault]:
    """Of every lot, what was made is held, under way, used, dispensed, retired or lost, to the milligram."""
    try:
        told = await at.api.get("/api/provenance/conservation")
    except NotFound:
        raise NotApplicable("check-no-conservation") from None
    return [
        Fault("check-mass-lost", {"lot": lot["lot"], "made": lot["made"], "found": lot["found"]})
        for lot in told["open"]
    ]


async def steps_in_blocks(at: Examined) -> list[Fault]:
    """A sample of steps stands in the blocks that the index names, as entries of a ledger that was in force."""
    ledgers = {address.lower() for address in await at.ever_installed(_CHAIN, _PROVENANCE)}
    steps = await at.api.get("/api/provenance/steps", limit=200)

    async def look(step: Mapping[str, Any]) -> list[Fault]:
        stands = await _stands(at, step, ledgers)
        return [] if stands else [Fault("check-step-not-in-block", {"tx": step["tx"], "block": step["block"]})]

    return await at.each(at.pick(steps), look)


async def _stands(at: Examined, step: Mapping[str, Any], ledgers: set[str]) -> bool:
    client = at.clients[_CHAIN]
    receipt = await client.receipt(step["tx"])
    if receipt is None or not receipt.ok or receipt.block != step["block"]:
        return False
    if (await client.block(receipt.block)).hash != receipt.block_hash:
        return False
    logs = await client.logs(receipt.block, receipt.block)
    return any(
        log.index == step["log_index"] and log.tx == step["tx"] and log.address.lower() in ledgers for log in logs
    )
