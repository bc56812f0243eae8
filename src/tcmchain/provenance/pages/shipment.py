"""The page of a shipment, where the code on its label leads."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.errors import IdUnreadable, UnknownShipment
from tcmchain.provenance.model.lots import Lot, ShipmentState
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.model.references import read_id
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.stages import moment_text
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.values import ShipmentId
from tcmchain.web.i18n import N_, language_of
from tcmchain.web.pages import Pages

STATES: Final = {
    ShipmentState.UNDERWAY: (N_("在途"), "warn"),
    ShipmentState.RECEIVED: (N_("已收货"), "ok"),
    ShipmentState.REFUSED: (N_("已拒收"), "bad"),
    ShipmentState.CANCELLED: (N_("已撤回"), "bad"),
}


@dataclass(frozen=True, slots=True)
class LineRow:
    """A lot on its way; ``received`` is empty until somebody received it."""

    lot: Lot
    form: str
    shipped: str
    received: str


def router(ledger: Ledger, roll: Roll, pages: Pages) -> APIRouter:
    """``/provenance/shipments/{shipment}``, for everybody."""
    found = APIRouter(prefix="/provenance/shipments", include_in_schema=False)

    @found.get("/{shipment}")
    def show(request: Request, shipment: str) -> Response:
        """Who sent what to whom, and how it stands; raises ``UnknownShipment``."""
        try:
            known = ledger.shipment(ShipmentId(read_id(shipment)))
        except IdUnreadable as unreadable:
            raise UnknownShipment(shipment=shipment[:80]) from unreadable
        names = Names(roll, language_of(request))
        names.read({known.sender, known.consignee})
        lots = ledger.lots([line.lot for line in known.lines])
        rows = [
            LineRow(
                lots[line.lot],
                names.form(lots[line.lot].form),
                format_mass(line.shipped),
                "" if line.received is None else format_mass(line.received),
            )
            for line in known.lines
        ]
        return pages.render(
            request,
            "provenance/shipment.html",
            shipment=known,
            rows=rows,
            sender=names.party(known.sender),
            consignee=names.party(known.consignee),
            when=moment_text(known.shipped),
            state=STATES[known.state],
        )

    return found
