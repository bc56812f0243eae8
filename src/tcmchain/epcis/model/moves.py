"""What events move in the ledger: typed steps that the service turns into calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tcmchain.epcis.model.ledger_names import LotName
from tcmchain.provenance.model.steps import Observation, Reason
from tcmchain.values import FormId, Hash32, MemberId, Milligrams, QuotaId, ShipmentId, UnixTime


@dataclass(frozen=True, slots=True)
class NamedPortion:
    """A quantity of a lot that an event names; ``milligrams`` is ``None`` where none is stated."""

    lot: LotName
    milligrams: Milligrams | None


@dataclass(frozen=True, slots=True)
class NewLot:
    """A lot that an event says was made, under its maker's number."""

    number: str
    milligrams: Milligrams
    form: FormId | None = None
    expires: UnixTime | None = None
    gtin: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who is at the other end: a member of the consortium, or a GLN that the service must know."""

    member: MemberId | None = None
    gln: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """When it was done, in whole seconds, and the facts stated, the event's own digest (``epcis``) among them."""

    happened: UnixTime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Commission:
    """A harvest enters the ledger against a quota."""

    done: Done
    quota: QuotaId
    lot: NewLot


@dataclass(frozen=True, slots=True)
class Ship:
    """Goods leave for another member under the sender's number."""

    done: Done
    reference: str
    to: Party
    portions: tuple[NamedPortion, ...]


@dataclass(frozen=True, slots=True)
class Receive:
    """A shipment is taken in; without portions all of it."""

    done: Done
    shipment: ShipmentId
    portions: tuple[NamedPortion, ...] = ()


@dataclass(frozen=True, slots=True)
class Refuse:
    """A shipment is sent back."""

    done: Done
    shipment: ShipmentId


@dataclass(frozen=True, slots=True)
class Cancel:
    """A shipment is called back."""

    done: Done
    shipment: ShipmentId


@dataclass(frozen=True, slots=True)
class Process:
    """Lots become lots of other forms (炮制)."""

    done: Done
    method: str
    inputs: tuple[NamedPortion, ...]
    outputs: tuple[NewLot, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """A lot becomes several of its form."""

    done: Done
    portion: NamedPortion
    parts: tuple[NewLot, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """Lots of one form become one."""

    done: Done
    portions: tuple[NamedPortion, ...]
    number: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A quantity of a lot becomes units of a trade item."""

    done: Done
    portion: NamedPortion
    number: str
    units: int
    gtin: str
    units_root: Hash32 | None = None


@dataclass(frozen=True, slots=True)
class Dispense:
    """Quantities are handed to a patient, known only by a commitment."""

    done: Done
    portions: tuple[NamedPortion, ...]
    commitment: Hash32


@dataclass(frozen=True, slots=True)
class Retire:
    """A quantity leaves the ledger."""

    done: Done
    portions: tuple[NamedPortion, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Observe:
    """Something is stated of lots, or of a quota before the harvest."""

    done: Done
    lots: tuple[LotName, ...]
    quota: QuotaId | None
    observation: Observation
    conforms: bool


Move = Commission | Ship | Receive | Refuse | Cancel | Process | Split | Merge | Pack | Dispense | Retire | Observe
