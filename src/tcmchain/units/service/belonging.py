"""Which lot a unit belongs to, as far as the unit codes at this node tell."""

from functools import lru_cache

from tcmchain.units.model.codes import read_serial
from tcmchain.units.model.errors import SerialUnreadable
from tcmchain.units.readmodel.records import UnitsRecords
from tcmchain.units.service.trees import Trees
from tcmchain.values import Hash32, LotId


class Belonging:
    """Looks serials up in the trees of lots; no peer is asked."""

    def __init__(self, records: UnitsRecords, trees: Trees) -> None:
        self._records = records
        self._trees = trees
        # what a lot was packed with never changes
        self._packed = lru_cache(maxsize=10_000)(self._root)

    def has_unit(self, lot: LotId, serial: str) -> bool | None:
        """Whether a lot has a unit with this serial; ``None`` when the lot has no codes, or their tree is not here."""
        root = self._packed(lot)
        if root is None or not self._trees.has(root):
            return None
        try:
            return self._trees.here(root, read_serial(serial))
        except SerialUnreadable:
            return False

    def _root(self, lot: LotId) -> Hash32 | None:
        packed = self._records.packed(lot)
        return None if packed is None else packed.root
