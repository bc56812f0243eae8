"""Under which tag a body stands in a patient's vault at this node, and whose the blocks of a body are.

A tag means nothing without the vault's key.
"""

from tcmchain.records.readmodel.private import PrivateRecords
from tcmchain.values import Address, Cid, Hash32


class BodyTags:
    """Equal bodies inside one patient's vault, never across two."""

    def __init__(self, private: PrivateRecords) -> None:
        self._private = private

    def body(self, patient: Address, tag: Hash32) -> Cid | None:
        """The body under a tag, if there is one."""
        row = self._private.one("SELECT body FROM records_body WHERE patient = ? AND tag = ?", (patient, tag))
        return None if row is None else Cid(row[0])

    def note(self, patient: Address, tag: Hash32, body: Cid) -> None:
        """Note a body under its tag."""
        self._private.change("INSERT OR REPLACE INTO records_body VALUES (?, ?, ?)", (patient, tag, body))

    def note_own(self, patient: Address, body: Cid) -> None:
        """Note that every block of a body came with it, for a patient: what is erased takes no other's blocks along."""
        self._private.change("INSERT OR IGNORE INTO records_own VALUES (?, ?)", (patient, body))

    def is_own(self, patient: Address, body: Cid) -> bool:
        """Whether a body's blocks came for this patient, and may go with what is the patient's."""
        return (
            self._private.one("SELECT 1 FROM records_own WHERE patient = ? AND body = ?", (patient, body)) is not None
        )

    def forget(self, patient: Address, body: Cid) -> None:
        """Forget a body that was erased."""
        self._private.change("DELETE FROM records_own WHERE patient = ? AND body = ?", (patient, body))
        self._private.change("DELETE FROM records_body WHERE patient = ? AND body = ?", (patient, body))
