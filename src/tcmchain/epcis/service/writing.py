"""What an event moves, written down as the ledger's call."""

from collections.abc import Sequence
from functools import singledispatchmethod

from eth_utils.crypto import keccak

from tcmchain.chain.calls import Call
from tcmchain.epcis.model.ledger_names import LotName
from tcmchain.epcis.model.moves import (
    Cancel,
    Commission,
    Dispense,
    Done,
    Merge,
    Move,
    NamedPortion,
    NewLot,
    Observe,
    Pack,
    Party,
    Process,
    Receive,
    Refuse,
    Retire,
    Ship,
    Split,
)
from tcmchain.members.model.errors import MemberUnknown
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.errors import Nothing, UnknownConsignee, UnknownLot
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.steps import Deed, Part, Portion, Steps, deed
from tcmchain.values import LotId, MemberId, Milligrams, short_text


class StepWriter:
    """Writes moves down for the member that captured them."""

    def __init__(self, steps: Steps, ledger: Ledger, roll: Roll) -> None:
        self._steps = steps
        self._ledger = ledger
        self._roll = roll

    def call(self, move: Move, member: MemberId) -> Call:
        """The ledger's call; raises the slice's ``NotFound`` for lots and shipments that the index does not know."""
        return self._steps.together(self._calls(move, member))

    @singledispatchmethod
    def _calls(self, move: Move, member: MemberId) -> Sequence[Call]:
        raise TypeError(f"{type(move).__name__} of {member}")

    @_calls.register
    def _(self, move: Commission, _: MemberId) -> Sequence[Call]:
        lot = move.lot
        return self._steps.commission(move.quota, lot.number, lot.milligrams, lot.expires, _deed(move.done))

    @_calls.register
    def _(self, move: Ship, member: MemberId) -> Sequence[Call]:
        portions = self._portions(move.portions, member)
        return self._steps.ship(move.reference, self._member(move.to), portions, _deed(move.done))

    @_calls.register
    def _(self, move: Receive, member: MemberId) -> Sequence[Call]:
        return self._steps.receive(move.shipment, self._portions(move.portions, member), _deed(move.done))

    @_calls.register
    def _(self, move: Refuse, _: MemberId) -> Sequence[Call]:
        return self._steps.refuse(move.shipment, _deed(move.done))

    @_calls.register
    def _(self, move: Cancel, _: MemberId) -> Sequence[Call]:
        return self._steps.cancel(move.shipment, _deed(move.done))

    @_calls.register
    def _(self, move: Process, member: MemberId) -> Sequence[Call]:
        inputs = self._portions(move.inputs, member)
        return self._steps.process(move.method, inputs, _parts(move.outputs), _deed(move.done))

    @_calls.register
    def _(self, move: Split, member: MemberId) -> Sequence[Call]:
        return self._steps.split(self._lot(move.portion.lot, member), _parts(move.parts), _deed(move.done))

    @_calls.register
    def _(self, move: Merge, member: MemberId) -> Sequence[Call]:
        return self._steps.merge(self._portions(move.portions, member), move.number, _deed(move.done))

    @_calls.register
    def _(self, move: Pack, member: MemberId) -> Sequence[Call]:
        (portion,) = self._portions((move.portion,), member)
        done = _deed(move.done)
        if move.units_root is None:
            return self._steps.pack(portion, move.number, move.units, move.gtin, done)
        return self._steps.pack(portion, move.number, move.units, move.gtin, done, move.units_root)

    @_calls.register
    def _(self, move: Dispense, member: MemberId) -> Sequence[Call]:
        return self._steps.dispense(self._portions(move.portions, member), move.commitment, _deed(move.done))

    @_calls.register
    def _(self, move: Retire, member: MemberId) -> Sequence[Call]:
        done = _deed(move.done)
        portions = self._portions(move.portions, member)
        return [call for portion in portions for call in self._steps.retire(portion, move.reason, done)]

    @_calls.register
    def _(self, move: Observe, member: MemberId) -> Sequence[Call]:
        subjects: list[str] = [self._lot(lot, member) for lot in move.lots]
        if move.quota is not None:
            subjects.append(move.quota)
        done = _deed(move.done)
        return [call for s in subjects for call in self._steps.observe(s, move.observation, move.conforms, done)]

    def _portions(self, portions: Sequence[NamedPortion], member: MemberId) -> list[Portion]:
        found = []
        for portion in portions:
            if portion.milligrams is None:
                raise Nothing()
            found.append(Portion(self._lot(portion.lot, member), portion.milligrams))
        return found

    def _member(self, party: Party) -> MemberId:
        if party.member is not None:
            return party.member
        try:
            return self._roll.by_gln(party.gln).id
        except MemberUnknown as error:
            raise UnknownConsignee(member=party.gln) from error

    def _lot(self, name: LotName, member: MemberId) -> LotId:
        if name.id is not None:
            return name.id
        if name.gtin:
            return self._ledger.by_gtin(name.gtin, name.number).id
        return own_lot(member, name.number)


def own_lot(maker: MemberId, number: str) -> LotId:
    """The id that the contract gives a lot of a maker under a number, so that it can be named before it is made.

    Raises ``UnknownLot`` for what no lot can be called.
    """
    try:
        return LotId("0x" + keccak(bytes.fromhex(maker[2:]) + bytes.fromhex(short_text(number)[2:])).hex())
    except ValueError as error:
        raise UnknownLot(lot=number[:80]) from error


def _deed(done: Done) -> Deed:
    return deed(done.happened, done.facts)


def _parts(lots: Sequence[NewLot]) -> list[Part]:
    return [Part(lot.number, Milligrams(lot.milligrams), lot.form, lot.expires) for lot in lots]
