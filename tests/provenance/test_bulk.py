"""Tables against the ledger as it stands: every wrong row at once, or calls for all."""

import pytest
from tests.provenance.ledger_of_events import FACTORY, GROWER, HOSPITAL, MERCHANT, QUOTA, Replay, word

from tcmchain.chain.contracts import Contracts
from tcmchain.provenance.contract import ProvenanceCalls
from tcmchain.provenance.model.errors import RowsWrong, TableUnreadable
from tcmchain.provenance.model.sheet import SheetKind
from tcmchain.provenance.service.bulk import Bulk, BulkPlan
from tcmchain.values import Address, MemberId

LOT, OTHER, SHIPMENT = word(0x11), word(0x12), word(0x51)
BOUND = "0x" + "5a" * 32
DAY = "2025-10-01"


def calls() -> ProvenanceCalls:
    contracts = Contracts()
    contracts.install("care", "Provenance", Address("0x00000000000000000000000000000000000000C1"))
    return ProvenanceCalls(contracts)


@pytest.fixture
def bulk() -> Bulk:
    """A ledger with two lots of 1 kg and a quota with 8 kg left; one shipment is on its way."""
    replay = Replay()
    replay.certify(10_000_000)
    replay.commission(LOT, 1_000_000, "F-1")
    replay.commission(OTHER, 1_000_000, "F-2")
    replay.ship(SHIPMENT, GROWER, MERCHANT, (LOT, 400_000), (OTHER, 100_000))
    return Bulk(calls(), replay.records, lambda text: [FACTORY] if text == "factory" else [])


def plan(bulk: Bulk, kind: SheetKind, heading: str, *rows: str, member: MemberId = GROWER) -> BulkPlan:
    return bulk.plan(kind, "\n".join([heading, *rows]).encode(), member)


def faults(found: BulkPlan) -> list[tuple[int, str, str]]:
    assert found.calls == ()
    return [(error.row, error.column, error.error.code.removeprefix("provenance-")) for error in found.errors]


def test_retire__rows_within_what_is_held__becomes_one_transaction(bulk: Bulk) -> None:
    found = plan(bulk, SheetKind.RETIRE, "lot,quantity,reason,happened", *[f"{LOT},1 g,取样,{DAY}"] * 50)
    assert (found.rows, found.errors, [call.function for call in bulk.calls(found)]) == (50, (), ["multicall"])
    assert len(plan(bulk, SheetKind.RETIRE, "lot,quantity,reason,happened", *[f"{LOT},1 g,loss,{DAY}"] * 51).calls) == 2


def test_retire__rows_wrong_each_in_its_way__names_every_row_and_column(bulk: Bulk) -> None:
    found = plan(
        bulk, SheetKind.RETIRE, "lot,quantity,reason,happened,humidity",
        f"{LOT},500 g,取样,{DAY},50",
        f"{LOT},200 g,取样,{DAY},50",
        f"{word(0x99)},1 g,取样,{DAY},",
        f"{OTHER},much,取样,{DAY},",
        f"{OTHER},1 g,gift,{DAY},",
        f"{OTHER},1 g,loss,someday,",
        f"{OTHER},1 g,loss,{DAY},damp",
        OTHER,
    )  # fmt: skip
    assert faults(found) == [
        (3, "quantity", "insufficient"),
        (4, "lot", "unknown-lot"),
        (5, "quantity", "quantity-unreadable"),
        (6, "reason", "id-unreadable"),
        (7, "happened", "moment-unreadable"),
        (8, "happened", "facts-unreadable"),
        (9, "quantity", "quantity-unreadable"),
    ]
    with pytest.raises(RowsWrong):
        bulk.calls(found)


def test_commission__over_the_quota_or_a_number_twice__is_told(bulk: Bulk) -> None:
    found = plan(
        bulk, SheetKind.COMMISSION, "quota,reference,quantity,happened,expires",
        f"{QUOTA},F-1,1 kg,{DAY},",
        f"{QUOTA},F-3,5 kg,{DAY},2027-01-01",
        f"{QUOTA},F-3,1 kg,{DAY},",
        f"Q-1,F-4,4 kg,{DAY},",
        f"Q-9,F-5,1 kg,{DAY},",
        "",
        QUOTA,
    )  # fmt: skip
    assert [(row, code) for row, _, code in faults(found)] == [
        (2, "lot-known-already"),
        (4, "lot-known-already"),
        (5, "quota-exceeded"),
        (6, "unknown-quota"),
        (8, "reference-unreadable"),
    ]


@pytest.mark.parametrize("kind", SheetKind)
@pytest.mark.parametrize("filled", range(5))
def test_plan__row_with_cells_left_out__is_told_and_never_a_fault(bulk: Bulk, kind: SheetKind, filled: int) -> None:
    heading = "happened,quantity,lot,reference,quota,shipment,to,reason,observation,conforms,commitment"
    row = ",".join([DAY, "1 g", LOT, "X-1"][:filled]) or ",,x"
    assert len(faults(plan(bulk, kind, heading, row))) == 1


def test_ship__rows_of_one_number__is_one_shipment(bulk: Bulk) -> None:
    heading = "reference,to,lot,quantity,happened"
    rows = [f"S-9,factory,{LOT},100 g,{DAY}", f"S-9,factory,{OTHER},100 g,{DAY}", f"S-8,factory,{LOT},100 g,{DAY}"]
    (call,) = plan(bulk, SheetKind.SHIP, heading, *rows).calls
    assert call.function == "multicall"
    assert len(call.arguments[0]) == 2
    assert faults(plan(bulk, SheetKind.SHIP, heading, rows[0], rows[1].replace("factory", "hospital")))[0][0] == 2


def test_receive__less_or_more_than_was_sent__is_taken_or_told(bulk: Bulk) -> None:
    heading = "shipment,lot,quantity,happened"
    (call,) = plan(bulk, SheetKind.RECEIVE, heading, f"{SHIPMENT},{LOT},390 g,{DAY}", member=MERCHANT).calls
    assert call.arguments[:2] == (SHIPMENT, [390_000, 0])
    found = plan(bulk, SheetKind.RECEIVE, heading, f"{SHIPMENT},{LOT},401 g,{DAY}", member=MERCHANT)
    assert [code for *_, code in faults(found)] == ["received-too-much"]


def test_dispense__without_stock__is_told(bulk: Bulk) -> None:
    found = plan(
        bulk, SheetKind.DISPENSE, "lot,quantity,commitment,happened", f"{LOT},1 g,{BOUND},{DAY}", member=HOSPITAL
    )
    assert [code for *_, code in faults(found)] == ["insufficient"]


def test_plan__heading_alone__is_refused(bulk: Bulk) -> None:
    with pytest.raises(TableUnreadable):
        plan(bulk, SheetKind.RETIRE, "lot,quantity,reason,happened")
