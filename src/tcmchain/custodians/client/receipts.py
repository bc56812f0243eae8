"""Checking receipts: whoever holds one can, with nothing but the chain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.chain.typed_data import recover
from tcmchain.custodians.model.errors import ReceiptForged
from tcmchain.custodians.model.receipts import Decision, Outcome, Receipt
from tcmchain.custodians.model.signing import FIELDS, receipt_digest
from tcmchain.epcis.model.merkle import proves
from tcmchain.errors import TcmChainError
from tcmchain.values import Address, BlockNumber, Hash32, UnixTime
from tcmchain.web.http import NodeHttp

_A_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Verified:
    """How many receipts are signed by their custodian, and how many of these stand under a root on the chain."""

    signed: int
    anchored: int


def read_receipt(content: Mapping[str, Any]) -> Receipt:
    """A receipt from the fields that were signed; raises :class:`ReceiptForged` when one is missing or none."""
    try:
        values = {name: content[name] for name, _ in FIELDS}
        decision = Decision(
            Address(values["patient"]),
            Hash32(values["file"]),
            int(values["version"]),
            Hash32(values["grant"]),
            Address(values["reader"]),
            Outcome(int(values["outcome"])),
            Hash32(values["purpose"]),
            BlockNumber(int(values["blockNumber"])),
            UnixTime(int(values["at"])),
        )
        return Receipt(Address(values["custodian"]), int(values["number"]), decision)
    except (KeyError, TypeError, ValueError) as error:
        raise ReceiptForged(reason="shape") from error


def check_signature(receipt: Receipt, signature: str, chain_id: int, contract: Address) -> bytes:
    """The digest (32 bytes) of a receipt that its custodian signed; raises :class:`ReceiptForged`."""
    try:
        digest = receipt_digest(receipt, chain_id, contract)
        signer = recover(digest, signature)
    except (TcmChainError, ValueError, OverflowError) as error:
        raise ReceiptForged(reason="signature") from error
    if signer != receipt.custodian:
        raise ReceiptForged(reason="signature")
    return digest


async def verify(http: NodeHttp, receipts: Sequence[Mapping[str, Any]]) -> Verified:
    """Verify receipts as a custodian tells them; raises :class:`ReceiptForged` at the first that is not true."""
    chain_id = int((await _ask(http, "eth_chainId", []))["result"], 16)
    directory = await http.get("/api/directory")
    contract = next(one["address"] for one in directory if (one["chain"], one["contract"]) == ("care", "Custodians"))
    roots: dict[tuple[str, int], str] = {}
    anchored = 0
    for one in receipts:
        receipt = read_receipt(one["receipt"])
        digest = check_signature(receipt, one["signature"], chain_id, contract)
        if one["batch"] is None:
            continue
        place = receipt.custodian, int(one["batch"])
        if place not in roots:
            roots |= await _roots(http, *place)
        siblings = [bytes.fromhex(sibling[2:]) for sibling in one["proof"]]
        if place not in roots or not proves(bytes.fromhex(roots[place][2:]), digest, siblings):
            raise ReceiptForged(reason="root")
        anchored += 1
    return Verified(len(receipts), anchored)


async def _roots(http: NodeHttp, custodian: str, batch: int) -> dict[tuple[str, int], str]:
    found = await http.get(f"/api/custodians/{custodian}/roots", before=batch + _A_PAGE // 2, limit=_A_PAGE)
    return {(custodian, one["batch"]): one["root"] for one in found}


async def _ask(http: NodeHttp, method: str, params: Sequence[Any]) -> dict[str, Any]:
    asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
    found: dict[str, Any] = await http.post("/rpc/care", asked)
    return found
