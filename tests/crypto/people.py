"""Who seals, stores and reads in these tests. The words are BIP-39's published examples; they guard nothing."""

from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import Holder, Reader, ReaderKeys, public_bytes
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.crypto.letters import inbox_of
from tcmchain.crypto.lock import CategoryKey
from tcmchain.crypto.seal import Place
from tcmchain.values import Hash32

PATIENT = Vault.from_words("legal winner thank year wave sausage worth useful legal winner thank yellow").relation(1)
OTHERS = Vault.from_words("letter advice cage absurd amount doctor acoustic avoid letter advice cage above")
ATTENDING_PHYSICIAN = OTHERS.relation(0)
CUSTODIANS = tuple(OTHERS.relation(number) for number in (1, 2, 3))
SECOND_DEVICE = OTHERS.relation(4)
STRANGER = OTHERS.relation(5)
FILE = Hash32("0x" + "ab" * 32)
PLACE = Place(PATIENT.account, FILE, 1)


def holder(relation: Relation) -> Holder:
    return Holder(relation.account, inbox_of(relation.inbox))


def reader(relation: Relation) -> Reader:
    return Reader(relation.account, inbox_of(relation.inbox), public_bytes(relation.reading))


def reader_keys(relation: Relation) -> ReaderKeys:
    return ReaderKeys(relation.inbox, relation.reading)


def category_key(category: Category, epoch: int = 1) -> CategoryKey:
    return CategoryKey(PATIENT.label(category), epoch, public_bytes(PATIENT.category_key(category, epoch)))
