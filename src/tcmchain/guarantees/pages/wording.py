"""Words, names and numbers as the pages show them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from tcmchain.guarantees.model.pledges import BondState, CaseState
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.forms import form
from tcmchain.values import BEIJING, LotId, MemberId
from tcmchain.web.i18n import N_, Language, Translate

DAY: Final = 86_400

BOND_STATES: Final[Mapping[BondState, tuple[str, str]]] = {
    BondState.LOCKED: (N_("锁定中"), "ok"),
    BondState.ACCUSED: (N_("有案未结"), "warn"),
    BondState.TAKEN: (N_("已没收"), "bad"),
    BondState.RETURNED: (N_("已退回"), ""),
}
CASE_STATES: Final[Mapping[CaseState, tuple[str, str]]] = {
    CaseState.OPEN: (N_("待判定"), "warn"),
    CaseState.DISMISSED: (N_("不成立"), "ok"),
    CaseState.LAPSED: (N_("逾期作罢"), ""),
    CaseState.CONFIRMED: (N_("成立，申领中"), "bad"),
    CaseState.SETTLED: (N_("成立，已结算"), "bad"),
}


class Names:
    """What members and lots are called for one reader."""

    def __init__(self, roll: Roll, ledger: Ledger, language: Language) -> None:
        self._roll = roll
        self._ledger = ledger
        self._members: dict[MemberId, str] = {}
        self._lots: dict[LotId, Lot] = {}
        self.language: Language = language

    def read(self, members: Collection[MemberId], lots: Collection[LotId]) -> None:
        """Look all of them up at once."""
        wanted = set(members) - self._members.keys()
        found = self._roll.members(wanted) if wanted else {}
        self._members |= {id: found[id].profile.name(self.language) if id in found else f"{id[:10]}…" for id in wanted}
        missing = set(lots) - self._lots.keys()
        if missing:
            self._lots |= self._ledger.lots(missing)

    def member(self, member: MemberId | None) -> str:
        """A member's name, a dash for none."""
        if member is None:
            return "—"
        self.read([member], [])
        return self._members[member]

    def lot(self, lot: LotId) -> str:
        """A lot's form and number."""
        self.read([], [lot])
        found = self._lots.get(lot)
        return f"{lot[:10]}…" if found is None else f"{self.form(found)} {found.reference}"

    def path(self, lot: LotId) -> str:
        """Where a lot's certificate stands."""
        self.read([], [lot])
        found = self._lots.get(lot)
        return f"/provenance/lots/{lot}" if found is None else found.path

    def form(self, lot: Lot) -> str:
        """What a lot is of."""
        try:
            return form(lot.form).name(self.language)
        except TermUnknown:
            return lot.form


def moment_text(moment: int) -> str:
    """A moment in Beijing, a dash for none."""
    return datetime.fromtimestamp(moment, BEIJING).strftime("%Y-%m-%d %H:%M") if moment else "—"


def duration_text(seconds: int, translate: Translate) -> str:
    """Days where it is days, else hours or seconds."""
    if seconds % DAY == 0:
        return translate("%(n)s 天", n=seconds // DAY)
    if seconds % 3600 == 0:
        return translate("%(n)s 小时", n=seconds // 3600)
    return translate("%(n)s 秒", n=seconds)
