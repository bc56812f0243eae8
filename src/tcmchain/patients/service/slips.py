"""Carrying a patient's slip to the chain, at a hospital's desk: checked, unchanged, and followed."""

from typing import Any, Final

import rlp  # type: ignore[import-untyped]
from eth_utils.crypto import keccak

from tcmchain.chain.artifacts import Artifact
from tcmchain.chain.typed_data import SignatureInvalid, recover
from tcmchain.patients.client.patients import PatientsClient
from tcmchain.patients.client.slip import Slip
from tcmchain.patients.model.errors import SlipUnreadable
from tcmchain.patients.model.registered import Patient
from tcmchain.values import Address, Hash32
from tcmchain.web.http import NodeHttp, Sent

_CONTRACT: Final = "Patients"
_FIELDS: Final = 9
_DATA: Final = 5


async def carry(http: NodeHttp, slip: Slip) -> Patient:
    """Hand a slip's transactions in and wait until the patient stands.

    Raises ``SlipUnreadable`` before anything is sent when they are not what the slip says or not signed by the
    patient, and what the contract refuses.
    """
    check(slip)
    sent = []
    for raw in slip.transactions:
        await http.post("/rpc/care", {"jsonrpc": "2.0", "id": 1, "method": "eth_sendRawTransaction", "params": [raw]})
        sent.append(Sent("care", Hash32("0x" + keccak(hexstr=raw).hex())))
    await http.wait(sent)
    return await PatientsClient(http).patient(slip.patient)


def check(slip: Slip) -> None:
    """Raise ``SlipUnreadable`` unless each transaction is the patient's and does what the slip says."""
    wanted = _datas(slip)
    if len(wanted) != len(slip.transactions):
        raise SlipUnreadable(reason="transactions")
    for data, raw in zip(wanted, slip.transactions, strict=True):
        signer, given = _read(bytes.fromhex(raw.removeprefix("0x")))
        if signer != slip.patient:
            raise SlipUnreadable(reason="signature")
        if given != data:
            raise SlipUnreadable(reason="transactions")


def _datas(slip: Slip) -> list[bytes]:
    artifact, public = Artifact.load(_CONTRACT), slip.public
    try:
        keys: list[dict[str, Any]] = public["keys"]
        datas = [artifact.encode("register", public["commitment"], _raw(public["inbox"]))]
        if keys:
            labels, epochs = [key["label"] for key in keys], [key["epoch"] for key in keys]
            raws = [_raw(key["key"]) for key in keys]
            datas.append(artifact.encode("setKeys", slip.patient, labels, epochs, raws))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SlipUnreadable(reason="public") from error
    return datas


def _read(raw: bytes) -> tuple[Address, bytes]:
    """Signer and calldata of a legacy transaction (EIP-155)."""
    try:
        fields = rlp.decode(raw)
        if len(fields) != _FIELDS or any(isinstance(field, list) for field in fields):
            raise SlipUnreadable(reason="transactions")
        v = int.from_bytes(fields[6], "big")
        chain_id = (v - 35) // 2
        digest = keccak(rlp.encode([*fields[:6], chain_id, 0, 0]))
        signature = fields[7].rjust(32, b"\0") + fields[8].rjust(32, b"\0") + bytes([27 + (v - 35) % 2])
        return recover(digest, "0x" + signature.hex()), bytes(fields[_DATA])
    except (rlp.exceptions.RLPException, SignatureInvalid, ValueError, OverflowError) as error:
        raise SlipUnreadable(reason="transactions") from error


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
