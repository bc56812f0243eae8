"""What the tests of visits share: a read model that is told events, and a store of its own."""

from pathlib import Path
from typing import Any

from tcmchain.chain.events import Event
from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.model.terms import Opening, Rights
from tcmchain.crypto.digest import whom_hash
from tcmchain.encounters.contract import visit_id
from tcmchain.encounters.readmodel.private import PrivateVisits
from tcmchain.encounters.readmodel.projection import DispensingsProjection, EncountersProjection
from tcmchain.encounters.readmodel.records import EncountersRecords
from tcmchain.encounters.service.desks import Desks, NodeSeal
from tcmchain.encounters.service.visits import Visits
from tcmchain.index.engine import open_engine
from tcmchain.values import ZERO_ADDRESS, Address, BlockNumber, Hash32, MemberId, UnixTime

NOW = 1_800_000_000
PATIENT = Address("0x9858EfFD232B4033E47d90003D41EC34EcaEda94")
STRANGER = Address("0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0")
PHYSICIAN = Address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
HOSPITAL, ELSEWHERE = MemberId("0x" + "a1" * 32), MemberId("0x" + "b2" * 32)
SALT, TERMS, LABEL, GRANT = (Hash32("0x" + pair * 32) for pair in ("5a", "7e", "1a", "64"))
POINT = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
VISIT = visit_id(PHYSICIAN, 1)
OPENING = Opening(SALT, PHYSICIAN, POINT, LABEL, Rights.READ | Rights.APPEND, "就诊", UnixTime(NOW + 3600))


class Licences:
    """Everybody but a stranger is a physician."""

    def may_act(self, account: Address, scope: str) -> bool:
        return account != STRANGER and scope == "physician"


class Standing:
    """What the chain would answer of grants and keys; tests change it."""

    def __init__(self) -> None:
        self.appends = {(GRANT, PATIENT, SALT, HOSPITAL, OPENING.terms)}
        self.keys = {(PATIENT, LABEL)}

    def may_append(self, *asked: Any) -> bool:
        return asked in self.appends

    def has_key(self, patient: Address, label: Hash32) -> bool:
        return (patient, label) in self.keys


class Told:
    """Events told one after the other, and the use cases over them."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_engine(f"sqlite:///{folder / 'index.db'}")
        self._projections = {"Encounters": EncountersProjection(), "Provenance": DispensingsProjection()}
        with self.engine.begin() as connection:
            for projection in self._projections.values():
                projection.metadata.create_all(connection)
        self.records = EncountersRecords(self.engine)
        self.store = PrivateVisits(open_engine(f"sqlite:///{folder / 'private.db'}"))
        self.now, self.standing = float(NOW), Standing()
        self.visits = Visits(None, self.records, Licences(), lambda: self.now)  # type: ignore[arg-type]
        self.seal = NodeSeal(LocalSigner(b"\1" * 32))
        self.desks = Desks(self.store, self.seal, self.visits, self.standing)
        self._block = 0

    def tell(self, contract: str, name: str, **args: Any) -> Hash32:
        self._block += 1
        tx = Hash32("0x" + self._block.to_bytes(32, "big").hex())
        event = Event(
            "care", contract, name, args, ZERO_ADDRESS, BlockNumber(self._block), UnixTime(NOW + self._block), tx, 0
        )
        with self.engine.begin() as connection:
            self._projections[contract].apply(connection, [event])
        return tx

    def requested(self) -> None:
        whom = whom_hash(SALT, PATIENT)
        names = {"id": VISIT, "member": HOSPITAL, "practitioner": PHYSICIAN, "whom": whom, "terms": TERMS}
        self.tell("Encounters", "Requested", **names, until=NOW + 600)

    def permitted(self) -> None:
        self.requested()
        self.tell("Encounters", "Permitted", id=VISIT, patient=PATIENT, permission=TERMS, until=NOW + 3600)

    def dispensed(self, commitment: Hash32, holder: MemberId = HOSPITAL) -> Hash32:
        what = {"holder": holder, "lot": LABEL, "milligrams": 10_000, "commitment": commitment, "happened": NOW}
        return self.tell("Provenance", "Dispensed", **what)
