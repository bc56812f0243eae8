"""Registering with a hospital's help: the patient's device makes a slip, whoever has a line to the chain carries it.

A slip holds public parts only: what is to be registered, and the two transactions that the patient's account has
signed for it. Who carries it can neither change nor keep anything of it; the keys never leave the patient's device.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.chain.artifacts import Artifact
from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.keys import Relation
from tcmchain.patients.client.patients import registration_body
from tcmchain.patients.model.errors import SlipUnreadable
from tcmchain.patients.model.registered import Registration
from tcmchain.values import Address

SCHEMA: Final = "tcmchain.registration-slip.1"

_CONTRACT: Final = "Patients"
_GAS: Final = 10_000_000
_MOST_BYTES: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where patients register: the chain's EIP-155 id and the contract's address, shown by the hospital."""

    chain_id: int
    contract: Address


@dataclass(frozen=True, slots=True)
class Slip:
    """A signed registration; ``transactions`` are raw, as ``0x`` hex, in their order."""

    patient: Address
    public: Mapping[str, Any]
    transactions: tuple[str, ...]

    @classmethod
    def make(cls, relation: Relation, made: Registration, place: Place) -> "Slip":
        """Sign a registration on the patient's device, for an account that has sent nothing yet."""
        signer, artifact = LocalSigner(relation.account_key), Artifact.load(_CONTRACT)
        datas = [artifact.encode("register", made.commitment, made.inbox)]
        if made.keys:
            labels, epochs = [key.label for key in made.keys], [key.epoch for key in made.keys]
            keys = [key.key for key in made.keys]
            datas.append(artifact.encode("setKeys", relation.account, labels, epochs, keys))
        raws = [
            signer.sign_transaction(place.chain_id, number, place.contract, data, _GAS)
            for number, data in enumerate(datas)
        ]
        return cls(relation.account, registration_body(made), tuple("0x" + raw.hex() for raw in raws))

    def write(self) -> bytes:
        """As a file or a code carries it."""
        content = {
            "schema": SCHEMA,
            "patient": self.patient,
            "public": dict(self.public),
            "transactions": list(self.transactions),
        }
        return json.dumps(content, separators=(",", ":")).encode()

    @classmethod
    def read(cls, content: bytes) -> "Slip":
        """Read what :meth:`write` wrote; raises ``SlipUnreadable``."""
        if len(content) > _MOST_BYTES:
            raise SlipUnreadable(reason="length")
        try:
            found = json.loads(content)
            if found["schema"] != SCHEMA:
                raise SlipUnreadable(reason="schema")
            raws = tuple(str(raw) for raw in found["transactions"])
            if not 1 <= len(raws) <= 2 or any(len(bytes.fromhex(raw.removeprefix("0x"))) < 100 for raw in raws):
                raise SlipUnreadable(reason="transactions")
            return cls(Address(str(found["patient"])), dict(found["public"]), raws)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise SlipUnreadable(reason="encoding") from error
