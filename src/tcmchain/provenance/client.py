"""The ledger of lots through a node's doors, for the SDK and the command line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tcmchain.provenance.model.sheet import SheetKind
from tcmchain.values import Hash32, LotId, MemberId, QuotaId, RecallId, ShipmentId
from tcmchain.web.http import NodeHttp

_DOOR: Final = "/api/provenance"
_IN_FLIGHT: Final = 32

Facts = Mapping[str, Any]
Progress = Callable[[int, int], None]
"""Told how many of how many transactions are indexed."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of a lot, the mass as people write it (``12.5 kg``)."""

    lot: LotId
    quantity: str


@dataclass(frozen=True, slots=True)
class NewLot:
    """A lot to make; ``expires`` is an ISO date."""

    reference: str
    quantity: str
    form: str | None = None
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What a table does: wrong rows as (row, column, sentence)."""

    rows: int
    transactions: int
    errors: tuple[tuple[int, str, str], ...]


class ProvenanceClient:
    """Every write is signed here, handed in and followed until the node has indexed it.

    Masses are texts with a unit, ``happened`` an ISO date or moment (Beijing time without an offset). Writes raise the
    slice's errors, as the contract decides.
    """

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def search(self, text: str = "", limit: int = 20, offset: int = 0) -> dict[str, Any]:
        """A page of lots by name, pinyin, number, GTIN or code."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/lots", q=text, limit=limit, offset=offset)
        return found

    async def lot(self, lot: LotId) -> dict[str, Any]:
        """A lot; raises ``UnknownLot``."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/lots/{lot}")
        return found

    async def certificate(self, lot: LotId) -> dict[str, Any]:
        """A lot's whole way; raises ``UnknownLot``."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/lots/{lot}/certificate")
        return found

    async def find(self, reference: str, maker: MemberId | None = None) -> LotId | None:
        """The lot with this number, of this maker if given."""
        lots = (await self.search(reference, limit=200))["lots"]
        fitting = [lot for lot in lots if lot["reference"] == reference and maker in (None, lot["maker"])]
        return LotId(fitting[0]["id"]) if fitting else None

    async def take_stock(self, codes: Sequence[str]) -> dict[str, Any]:
        """What was read by tags and codes, set against the ledger; raises ``TooManyCodes``."""
        found: dict[str, Any] = await self._http.post(f"{_DOOR}/stocktakes", {"codes": list(codes)})
        return found

    async def quotas(self, grower: MemberId | None = None) -> list[dict[str, Any]]:
        """Certified quotas."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/quotas", grower=grower)
        return found

    async def forms(self) -> list[dict[str, Any]]:
        """Forms that the ledger knows."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/forms")
        return found

    async def stock(
        self, holder: MemberId | None = None, start: str | None = None, end: str | None = None
    ) -> list[dict[str, Any]]:
        """Stock by form over a period, of the caller's member by default."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/stock", holder=holder, start=start, end=end)
        return found

    async def holdings(self, form: str | None = None) -> list[dict[str, Any]]:
        """Lots at hand, that which expires first first."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/holdings", form=form)
        return found

    async def shipments(self, incoming: bool = True, state: str | None = None) -> list[dict[str, Any]]:
        """Shipments to or from the caller's member."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/shipments", incoming=incoming, state=state)
        return found

    async def propose(self, form: str, quantity: str) -> list[dict[str, Any]]:
        """Which lots to take a quantity from: first expired, first out."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/proposal", form=form, quantity=quantity)
        return found

    async def declare_terms(self) -> int:
        """Declare the forms and yields of the node's term tables that the ledger lacks; answers how many steps."""
        return await self._followed(await self._http.post(f"{_DOOR}/terms"))

    async def certify_quota(
        self, reference: str, grower: MemberId, form: str, quantity: str, not_after: str, facts: Facts
    ) -> None:
        """Certify what a grower may harvest."""
        await self._write(
            "quotas", reference=reference, grower=grower, form=form, quantity=quantity, not_after=not_after, facts=facts
        )

    async def withdraw_quota(self, quota: QuotaId, facts: Facts) -> None:
        """Withdraw a quota."""
        await self._write(f"quotas/{quota}/withdraw", facts=facts)

    async def commission(
        self, quota: QuotaId, reference: str, quantity: str, happened: str, facts: Facts, expires: str | None = None
    ) -> None:
        """Enter a harvest as a new lot."""
        await self._write(
            "lots", quota=quota, reference=reference, quantity=quantity, expires=expires, happened=happened, facts=facts
        )

    async def observe(self, subject: str, observation: str, conforms: bool, happened: str, facts: Facts) -> None:
        """State ``field-work``, an ``inspection`` or a ``storage`` reading."""
        await self._write(
            "observations",
            subject=subject,
            observation=observation,
            conforms=conforms,
            happened=happened,
            facts=facts,
        )

    async def ship(
        self, reference: str, to: MemberId, lines: Sequence[Quantity], happened: str, facts: Facts,
        terms: Hash32 | None = None,
    ) -> None:  # fmt: skip
        """Sell and send goods."""
        await self._write(
            "shipments", reference=reference, to=to, lines=_lines(lines), terms=terms, happened=happened, facts=facts
        )

    async def receive(self, shipment: ShipmentId, happened: str, facts: Facts, lines: Sequence[Quantity] = ()) -> None:
        """Take in a shipment, in full unless lines say what arrived."""
        await self._write(f"shipments/{shipment}/receive", lines=_lines(lines), happened=happened, facts=facts)

    async def refuse(self, shipment: ShipmentId, happened: str, facts: Facts) -> None:
        """Refuse a shipment."""
        await self._write(f"shipments/{shipment}/refuse", happened=happened, facts=facts)

    async def cancel(self, shipment: ShipmentId, happened: str, facts: Facts) -> None:
        """Call a shipment back."""
        await self._write(f"shipments/{shipment}/cancel", happened=happened, facts=facts)

    async def process(
        self, method: str, inputs: Sequence[Quantity], outputs: Sequence[NewLot], happened: str, facts: Facts
    ) -> None:
        """Process lots into lots of later forms."""
        made = [_part(output) for output in outputs]
        await self._write("runs", method=method, inputs=_lines(inputs), outputs=made, happened=happened, facts=facts)

    async def split(self, lot: LotId, parts: Sequence[NewLot], happened: str, facts: Facts) -> None:
        """Divide a lot."""
        made = [_part(part) for part in parts]
        await self._write("splits", lot=lot, parts=made, happened=happened, facts=facts)

    async def merge(self, lines: Sequence[Quantity], reference: str, happened: str, facts: Facts) -> None:
        """Put lots of one form together."""
        await self._write("merges", lines=_lines(lines), reference=reference, happened=happened, facts=facts)

    async def pack(
        self, lot: LotId, quantity: str, reference: str, units: int, gtin: str, happened: str, facts: Facts,
        units_root: Hash32 | None = None,
    ) -> None:  # fmt: skip
        """Pack a quantity as units of a trade item; ``units_root`` is that of the tree of their codes."""
        await self._write(
            "packs",
            lot=lot,
            quantity=quantity,
            reference=reference,
            units=units,
            gtin=gtin,
            units_root=units_root,
            happened=happened,
            facts=facts,
        )

    async def dispense(self, lines: Sequence[Quantity], commitment: Hash32, happened: str, facts: Facts) -> None:
        """Hand goods to a patient."""
        await self._write("dispensings", lines=_lines(lines), commitment=commitment, happened=happened, facts=facts)

    async def retire(self, lot: LotId, quantity: str, reason: str, happened: str, facts: Facts) -> None:
        """Take a quantity off the ledger: ``sampling``, ``spoilage`` or ``loss``."""
        await self._write("retirements", lot=lot, quantity=quantity, reason=reason, happened=happened, facts=facts)

    async def reach(self, lots: Sequence[LotId]) -> dict[str, Any]:
        """What lots reach, forward and backward, and where all of it is."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/reach", lot=list(lots))
        return found

    async def recalls(self, running: bool | None = None) -> list[dict[str, Any]]:
        """Recalls and drills, newest first."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/recalls", running=running, limit=200)
        return found

    async def recall(self, recall: RecallId) -> dict[str, Any]:
        """A recall, all that it reaches, and its score; raises ``UnknownRecall``."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/recalls/{recall}")
        return found

    async def notices(self) -> list[dict[str, Any]]:
        """Running recalls of lots that the caller's member has."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/recalls/notices")
        return found

    async def open_recall(
        self, reference: str, seeds: Sequence[LotId], happened: str, facts: Facts, drill: bool = False
    ) -> RecallId:
        """Call lots back and freeze all that they reach, until nothing is left to freeze; answers the recall."""
        body = {"reference": reference, "seeds": list(seeds), "drill": drill, "happened": happened, "facts": facts}
        answer = await self._http.post(f"{_DOOR}/recalls", body)
        await self._followed(answer)
        recall = RecallId(answer["recall"])
        await self.freeze(recall)
        return recall

    async def freeze(self, recall: RecallId) -> int:
        """Carry a recall on until nothing is left to freeze; answers how many transactions it took."""
        count = 0
        while more := await self._followed(await self._http.post(f"{_DOOR}/recalls/{recall}/freeze")):
            count += more
        return count

    async def secure(self, recall: RecallId, lines: Sequence[Quantity], happened: str, facts: Facts) -> None:
        """State what was put aside of frozen lots."""
        await self._write(f"recalls/{recall}/secure", lines=_lines(lines), happened=happened, facts=facts)

    async def release(self, recall: RecallId, lots: Sequence[LotId], happened: str, facts: Facts) -> None:
        """Release lots that were found to be sound."""
        await self._write(f"recalls/{recall}/release", lots=list(lots), happened=happened, facts=facts)

    async def close_recall(self, recall: RecallId, happened: str, facts: Facts) -> None:
        """End a recall; what it froze stays frozen."""
        await self._write(f"recalls/{recall}/close", happened=happened, facts=facts)

    async def check_table(self, kind: SheetKind, file: Path | bytes) -> BulkReport:
        """A dry run of a table."""
        return _report(await self._http.upload(f"{_DOOR}/bulk/{kind.value}?dry_run=true", file))

    async def load_table(self, kind: SheetKind, file: Path | bytes, progress: Progress | None = None) -> BulkReport:
        """Take all steps of a table; raises ``RowsWrong`` before the first when a row is wrong."""
        answer = await self._http.upload(f"{_DOOR}/bulk/{kind.value}?dry_run=false", file)
        await self._followed(answer, progress)
        return _report(answer)

    async def _write(self, door: str, **body: Any) -> None:
        await self._http.write(f"{_DOOR}/{door}", {key: value for key, value in body.items() if value is not None})

    async def _followed(self, answer: Mapping[str, Any], progress: Progress | None = None) -> int:
        calls = answer["calls"]
        done = 0
        for at in range(0, len(calls), _IN_FLIGHT):
            sent = await self._http.submit({"calls": calls[at : at + _IN_FLIGHT]})
            await self._http.wait(sent)
            done += len(sent)
            if progress is not None:
                progress(done, len(calls))
        return done


def _lines(lines: Sequence[Quantity]) -> list[dict[str, str]]:
    return [{"lot": line.lot, "quantity": line.quantity} for line in lines]


def _part(part: NewLot) -> dict[str, str]:
    fields = {"reference": part.reference, "quantity": part.quantity, "form": part.form, "expires": part.expires}
    return {key: value for key, value in fields.items() if value is not None}


def _report(answer: Mapping[str, Any]) -> BulkReport:
    errors = tuple((error["row"], error["column"], error["message"]) for error in answer["errors"])
    return BulkReport(answer["rows"], answer["transactions"], errors)
