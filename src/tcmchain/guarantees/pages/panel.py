"""What stands behind a lot, on its certificate."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request

from tcmchain.guarantees.model.pledges import discount_steps
from tcmchain.guarantees.pages.rows import bond_rows, case_rows
from tcmchain.guarantees.pages.wording import Names
from tcmchain.guarantees.service.panel import GuaranteePanel
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.values import LotId
from tcmchain.web.i18n import language_of, translator

TEMPLATE: Final = "guarantees/panel.html"
_SHOWN: Final = 3


class CertificatePanel:
    """What the certificate page shows of guarantees; nothing for a lot that was entered free of a bond."""

    def __init__(self, behind: GuaranteePanel, ledger: Ledger, roll: Roll) -> None:
        self._behind = behind
        self._ledger = ledger
        self._roll = roll

    def look(self, request: Request, lot: Lot, serial: str) -> Mapping[str, Any] | None:  # noqa: ARG002
        """The bonds behind a lot, with their growers' sums."""
        found = self._behind.behind(lot.id)
        if not found:
            return None
        names = Names(self._roll, self._ledger, language_of(request))
        _ = translator(names.language)
        bonds = bond_rows([guarantee.bond for guarantee in found], names, _)
        cases = [case_rows([guarantee.case], names, _)[0] if guarantee.case else None for guarantee in found]
        sums = [(guarantee.history, 10 * discount_steps(guarantee.history.clean)) for guarantee in found]
        rows = list(zip(bonds, cases, sums, strict=True))
        return {"rows": rows[:_SHOWN], "more": max(0, len(rows) - _SHOWN)}

    def version(self, lot: LotId) -> int:
        """A number that grows whenever a bond changes."""
        return self._behind.version(lot)
