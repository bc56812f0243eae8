"""What a node publishes of a folder under a name of IPNS: the envelopes in force."""

from tcmchain.ipfs.cid import cid_of_digest
from tcmchain.ipfs.heads import FolderHead
from tcmchain.records.readmodel.folders import FolderRecords
from tcmchain.values import Address


def folder_head(records: FolderRecords, patient: Address) -> FolderHead | None:
    """A patient's folder as indexed, with the envelopes of files that were not erased; ``None`` without entries."""
    folder = records.folder(patient)
    if not folder.count:
        return None
    live = records.live(patient)
    return FolderHead(patient, folder.count, folder.head, tuple(cid_of_digest(one.entry.envelope) for one in live))
