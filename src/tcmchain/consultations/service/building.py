"""The slice's use cases, put together."""

from pathlib import Path

from sqlalchemy import Engine

from tcmchain.chain.contracts import Contracts
from tcmchain.consultations.contract import ConsultationsCalls
from tcmchain.consultations.model.texts import read_document
from tcmchain.consultations.readmodel.records import ConsultationsRecords
from tcmchain.consultations.readmodel.shelf import WordShelf
from tcmchain.consultations.service.consultations import Consultations, FindFormula
from tcmchain.settings import Settings
from tcmchain.web.text_doors import peer_texts
from tcmchain.web.text_store import TextStore
from tcmchain.web.texts import Texts

DOOR = "/api/consultations"


def build(
    database: Engine, home: Path, settings: Settings, contracts: Contracts, find_formula: FindFormula
) -> Consultations:
    """Put the slice together."""
    records, shelf = ConsultationsRecords(database), WordShelf(home / "consultations" / "words.db")
    store = TextStore(home / "consultations" / "texts.db")
    texts = Texts(store, records, read_document, [peer_texts(peer, DOOR) for peer in settings.peers], shelf)
    return Consultations(ConsultationsCalls(contracts), records, texts, shelf, find_formula)
