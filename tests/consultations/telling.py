"""What the tests of questions share: a read model that is told events, and the use cases over it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tcmchain.chain.calls import Call
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.events import Event
from tcmchain.consultations.contract import ConsultationsCalls
from tcmchain.consultations.model.texts import read_document
from tcmchain.consultations.readmodel.projection import ConsultationsProjection
from tcmchain.consultations.readmodel.records import ConsultationsRecords
from tcmchain.consultations.readmodel.shelf import WordShelf
from tcmchain.consultations.service import Consultations, NamedFormula
from tcmchain.index.engine import open_engine
from tcmchain.values import ZERO_ADDRESS, ZERO_HASH, Address, BlockNumber, FormulaId, Hash32, QuestionId, UnixTime
from tcmchain.web.text_store import TextStore
from tcmchain.web.texts import Texts

NOW = 1_800_000_000
ASKER = Address("0x9858EfFD232B4033E47d90003D41EC34EcaEda94")
STRANGER = Address("0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0")
PHYSICIAN = Address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
FORMULA = FormulaId("0x" + "f0" * 32)
CONTRACT = Address("0x52908400098527886E0F7030069857D2E4169EE7")


class Told:
    """Events told one after the other, and the use cases over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = open_engine(f"sqlite:///{folder / 'index.db'}")
        self.projection = ConsultationsProjection()
        with self.engine.begin() as connection:
            self.projection.metadata.create_all(connection)
        self.records = ConsultationsRecords(self.engine)
        self.shelf = WordShelf(folder / "words.db")
        self.texts = Texts(TextStore(folder / "texts.db"), self.records, read_document, shelf=self.shelf)
        calls = ConsultationsCalls(Contracts({("pharmacy", "Consultations"): CONTRACT}))
        self.formulas = {FORMULA: NamedFormula(FORMULA, "当归六黄汤", 2)}
        self.consultations = Consultations(calls, self.records, self.texts, self.shelf, self.formulas.get)
        self._block = 0

    def tell(self, name: str, **args: Any) -> Hash32:
        self._block += 1
        tx = Hash32("0x" + self._block.to_bytes(32, "big").hex())
        where = (BlockNumber(self._block), UnixTime(NOW + self._block), tx, 0)
        event = Event("pharmacy", "Consultations", name, args, ZERO_ADDRESS, *where)
        with self.engine.begin() as connection:
            self.projection.apply(connection, [event])
        return tx

    async def asked(self, call: Call, number: int = 1, asker: Address = ASKER) -> QuestionId:
        """The chain takes a question in, and the texts follow it."""
        question = QuestionId("0x" + number.to_bytes(32, "big").hex())
        self.tell("Asked", question=question, asker=asker, content=call.arguments[0])
        await self.texts.level()
        return question

    async def answered(self, call: Call, number: int, practitioner: Address = PHYSICIAN) -> None:
        """The chain takes an answer in, and the texts follow it."""
        question, content, formula, version = call.arguments
        named: Mapping[str, Any] = {"formula": formula or ZERO_HASH, "version": version}
        whose: Mapping[str, Any] = {"question": question, "answer": number, "practitioner": practitioner}
        self.tell("Answered", **whose, content=content, **named)
        await self.texts.level()
