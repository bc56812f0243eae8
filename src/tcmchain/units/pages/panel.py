"""The verdict on a unit, above the certificate of its lot."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.lots import Lot
from tcmchain.units.model.codes import grouped, read_serial, write_serial
from tcmchain.units.model.errors import SerialUnreadable
from tcmchain.units.model.verdict import Ground
from tcmchain.units.pages.wording import choices, lines_of, title_of
from tcmchain.units.service.verdicts import Verdicts
from tcmchain.values import Hash32
from tcmchain.web.i18n import language_of
from tcmchain.web.session import caller

TEMPLATE = "units/panel.html"


class UnitPanel:
    """What the certificate page shows of units; nothing for a lot without codes."""

    def __init__(self, verdicts: Verdicts, roll: Roll, consortium: Hash32) -> None:
        self._verdicts = verdicts
        self._roll = roll
        self._consortium = consortium

    def look(self, request: Request, lot: Lot, serial: str) -> Mapping[str, Any] | None:
        """The verdict on the unit that the address names, or where to type one."""
        packed = self._verdicts.packed(lot.id)
        if packed is None:
            return {"lot": lot, "kind": "plain", "serial": serial[:40]} if serial else None
        if not serial:
            return {"lot": lot, "kind": "ask", "units": packed.units}
        language = language_of(request)
        verdict = self._verdicts.verdict(lot, serial)
        title, icon, tone = title_of(verdict)
        who = caller(request)
        grounds = {one.ground for one in verdict.evidence}
        plain = _plain(serial)
        return {
            "lot": lot,
            "kind": "unit",
            "serial": plain,
            "shown": grouped(plain),
            "title": title,
            "icon": icon,
            "tone": tone,
            "lines": lines_of(verdict, self._roll, language),
            "known": Ground.UNKNOWN_CODE not in grounds,
            "opened": Ground.OPENED_BEFORE in grounds,
            "member": who is not None and who.member is not None,
            "places": choices(language),
            "consortium": self._consortium,
        }


def _plain(text: str) -> str:
    try:
        return write_serial(read_serial(text))
    except SerialUnreadable:
        return text[:40]
