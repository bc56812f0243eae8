"""Bonds and cases through a node's doors, for the SDK and the command line."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tcmchain.values import CaseId, Hash32, LotId, MemberId, RecallId
from tcmchain.web.http import NodeHttp

_DOOR: Final = "/api/guarantees"

Facts = Mapping[str, Any]


class GuaranteesClient:
    """Every write is signed here, handed in and followed until the node has indexed it.

    Answers have points in thousandths; what is given are texts such as ``12.5``. Writes raise the slice's errors.
    """

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def totals(self) -> dict[str, Any]:
        """Sums over all bonds and cases."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/totals")
        return found

    async def tariff(self) -> dict[str, Any] | None:
        """The tariff in force, if one was ever set."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/tariffs", limit=1)
        return found[0] if found else None

    async def bond(self, lot: LotId) -> dict[str, Any]:
        """A lot's bond; raises ``UnknownBond``."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/bonds/{lot}")
        return found

    async def bonds(self, grower: MemberId | None = None, state: str | None = None) -> list[dict[str, Any]]:
        """Bonds, newest first."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/bonds", grower=grower, state=state, limit=200)
        return found

    async def cases(self, grower: MemberId | None = None, state: str | None = None) -> list[dict[str, Any]]:
        """Cases, newest first."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/cases", grower=grower, state=state, limit=200)
        return found

    async def case(self, case: CaseId) -> dict[str, Any]:
        """A case with its claims and shares; raises ``UnknownCase``."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/cases/{case}")
        return found

    async def grower(self, member: MemberId) -> dict[str, Any]:
        """A grower's public record; raises ``NotGrower``."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/growers/{member}")
        return found

    async def claimable(self) -> list[dict[str, Any]]:
        """What the caller's member may claim for now."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/claimable")
        return found

    async def set_tariff(
        self,
        fee: str,
        bond: str,
        bond_rate: str,
        compensation: str,
        cover: int,
        term: int,
        window: int,
        facts: Facts | None = None,
    ) -> None:
        """Set the tariff for later lots; times in seconds. By a regulator."""
        amounts = {"fee": fee, "bond": bond, "bond_rate": bond_rate, "compensation": compensation}
        await self._write("tariffs", **amounts, cover=cover, term=term, window=window, facts=dict(facts or {}))

    async def relate(self, a: MemberId, b: MemberId, related: bool = True, facts: Facts | None = None) -> None:
        """Say whether two members are related parties; by a regulator that is neither."""
        await self._write("relations", a=a, b=b, related=related, facts=dict(facts or {}))

    async def release(self, lot: LotId) -> None:
        """Return a bond whose term is over; raises ``TooEarly``, ``NotLocked``."""
        await self._write(f"bonds/{lot}/release")

    async def accuse(self, lot: LotId, findings: Hash32, facts: Facts | None = None) -> CaseId:
        """Hold something against a bonded lot; by a lab. Raises ``NotLocked``, ``AccusedAlready``."""
        await self._write("cases", lot=lot, findings=findings, facts=dict(facts or {}))
        return CaseId(next(case["id"] for case in await self.cases(state="open") if case["lot"] == lot))

    async def dismiss(self, case: CaseId, facts: Facts | None = None) -> None:
        """Find for the grower; by a regulator."""
        await self._write(f"cases/{case}/dismiss", facts=dict(facts or {}))

    async def confirm(self, case: CaseId, recall: RecallId, facts: Facts | None = None) -> None:
        """Find against the grower; by a regulator. Raises ``WrongRecall``, ``WrongCase``."""
        await self._write(f"cases/{case}/confirm", recall=recall, facts=dict(facts or {}))

    async def lapse(self, case: CaseId) -> None:
        """End a case that nobody decided in time; raises ``TooEarly``."""
        await self._write(f"cases/{case}/lapse")

    async def claim(self, case: CaseId, lots: Sequence[LotId] = ()) -> None:
        """Claim for frozen lots, or for all that may be claimed for; raises ``RelatedParty``, ``NothingToDo``."""
        await self._write(f"cases/{case}/claims", lots=list(lots))

    async def strike(self, case: CaseId, member: MemberId) -> None:
        """Strike out the claim of a related party; raises ``Unrelated``."""
        await self._write(f"cases/{case}/strike", member=member)

    async def settle(self, case: CaseId) -> None:
        """Fix the shares when claims have ended; raises ``TooEarly``."""
        await self._write(f"cases/{case}/settle")

    async def collect(self, case: CaseId) -> None:
        """Put the caller's share into its purse; raises ``NothingToDo``."""
        await self._write(f"cases/{case}/collect")

    async def _write(self, path: str, **body: Any) -> None:
        await self._http.write(f"{_DOOR}/{path}", body or None)
