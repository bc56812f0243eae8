"""Whether what stands elsewhere is rooted on the chain: codes of units, observations, files."""

from typing import Final

from tcmchain.chain.artifacts import Artifact
from tcmchain.operating.examined import Examined, Fault, NotApplicable
from tcmchain.values import ZERO_HASH

_CHAIN: Final = "care"
_EPCIS: Final = "Epcis"


async def unit_roots(at: Examined) -> list[Fault]:
    """A packed lot with unit codes has the root over them on the chain, and as many as the index says."""
    lots = [lot for lot in await at.lots() if lot["units"]]
    if not lots:
        raise NotApplicable("check-no-units")
    ledgers = await at.ever_installed(_CHAIN, "Provenance")
    faults = []
    for lot in lots:
        on_chain = [await at.ask(_CHAIN, ledger, "Provenance", "unitsOf", lot["id"]) for ledger in ledgers]
        rooted = [int(units) for root, units in on_chain if root != ZERO_HASH]
        if rooted and lot["units"] not in rooted:
            told = {"lot": lot["id"], "index": lot["units"], "chain": rooted[0]}
            faults.append(Fault("check-units-differ", told))
    return faults


async def epcis_anchors(at: Examined) -> list[Fault]:
    """Every batch of observations that members anchored has its root in the contract."""
    directory = await at.directory()
    if (_CHAIN, _EPCIS) not in directory:
        raise NotApplicable("check-no-epcis")
    artifact = Artifact.load(_EPCIS)
    contract = directory[_CHAIN, _EPCIS]
    events = [artifact.decode_log(log) async for log in at.logs(_CHAIN, [contract])]
    anchored = [event for event in events if event is not None and event.name == "Anchored"]
    if not anchored:
        raise NotApplicable("check-nothing-anchored")
    faults = []
    for event in at.pick(anchored):
        member, batch, root = event.args["member"], event.args["batch"], event.args["root"]
        if await at.ask(_CHAIN, contract, _EPCIS, "anchored", member, batch) != root:
            faults.append(Fault("check-anchor-differs", {"member": member, "batch": batch}))
    return faults
