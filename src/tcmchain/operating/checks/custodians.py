"""Whether custodians answer, and whether the roots of their receipts are those of the contract."""

from typing import Final

from tcmchain.operating.examined import Examined, Fault, NotApplicable

_CONTRACT: Final = "Custodians"


async def custodians_answer(at: Examined) -> list[Fault]:
    """Each custodian in service answers through the node, and can ask the chain; two of three are needed to read."""
    listed = await at.api.get("/api/custodians/health")
    if not listed:
        raise NotApplicable("check-no-custodians")
    return [
        Fault("check-custodian-troubled", {"custodian": one["account"], "url": one["url"], "trouble": one["trouble"]})
        for one in listed
        if one["trouble"] is not None
    ]


async def custodian_roots(at: Examined) -> list[Fault]:
    """As many roots of a custodian stand in the index as in the contract."""
    directory = await at.directory()
    listed = await at.api.get("/api/custodians")
    if not listed or ("care", _CONTRACT) not in directory:
        raise NotApplicable("check-no-custodians")
    contract = directory["care", _CONTRACT]
    faults = []
    for one in listed:
        batches = int(await at.ask("care", contract, _CONTRACT, "lastBatch", one["account"]))
        if batches < one["batches"]:
            faults.append(
                Fault(
                    "check-custodian-roots",
                    {"custodian": one["account"], "index": one["batches"], "chain": batches},
                )
            )
    return faults
