"""Who takes part in the example. All names are invented; the keys are public and guard nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from eth_account.hdaccount import key_from_seed, seed_from_mnemonic

from tcmchain.chain.keystore import Keystore
from tcmchain.chain.signers import LocalSigner
from tcmchain.members.model.genesis import member_id
from tcmchain.terms.places import place
from tcmchain.values import MemberId

MNEMONIC: Final = "test test test test test test test test test test test junk"
"""The words that Ethereum's development tools publish: anybody can act for the example's members."""

AGREEMENT: Final = (
    "一、成员如实登记每一批药材的数量与去向，不登记未曾经手之物。\n"
    "二、成员保管好自己的密钥，对以其签名作出的每一步负责。\n"
    "三、检验机构独立出具结果；弄虚作假者，经表决暂停或除名。\n"
    "四、不得将患者身份或诊断写入账本。"
)
"""What the example's members sign before they act."""


@dataclass(frozen=True, slots=True)
class Actor:
    """An institution of the example; ``place`` is a code of GB/T 2260."""

    key: str
    kind: str
    zh: str
    en: str
    place: str
    address_zh: str
    address_en: str
    founder: bool = True


ACTORS: Final[tuple[Actor, ...]] = (
    Actor("regulator", "Regulator", "松江省药品监督局（示例）", "Songjiang Drug Administration (example)", "220000",
          "省城", "Provincial capital"),
    Actor("certifier", "Certifier", "道地药材认证中心（示例）", "Daodi Herb Certification Centre (example)", "110000",
          "北京市", "Beijing"),
    Actor("grower", "Grower", "抚松北岗参农合作社（示例）", "Beigang Ginseng Growers, Fusong (example)", "220621",
          "吉林抚松", "Fusong, Jilin"),
    Actor("neighbour", "Grower", "抚松泉阳林下参场（示例）", "Quanyang Forest Ginseng, Fusong (example)", "220621",
          "吉林抚松", "Fusong, Jilin"),
    Actor("merchant", "Merchant", "长白山参茸商行（示例）", "Changbai Ginseng Traders (example)", "220621",
          "吉林抚松", "Fusong, Jilin"),
    Actor("factory", "Factory", "安国本草饮片厂（示例）", "Anguo Bencao Decoction Pieces (example)", "130683",
          "河北安国", "Anguo, Hebei"),
    Actor("lab", "Lab", "华北中药检测所（示例）", "North China Herb Testing (example)", "130000",
          "河北石家庄", "Shijiazhuang, Hebei"),
    Actor("distributor", "Merchant", "京津药材物流（示例）", "Jingjin Herb Logistics (example)", "120000",
          "天津市", "Tianjin"),
    Actor("hospital", "Hospital", "京西中医医院（示例）", "Jingxi Hospital of Chinese Medicine (example)", "110000",
          "北京市", "Beijing"),
    Actor("pharmacy", "Pharmacy", "鼓楼中药房（示例）", "Gulou Herb Pharmacy (example)", "110000",
          "北京市", "Beijing"),
    Actor("western", "Grower", "陇西药源合作社（示例）", "Longxi Herb Growers (example)", "621122",
          "甘肃陇西", "Longxi, Gansu"),
    Actor("clinic", "Clinic", "胡同社区中医馆（示例）", "Hutong Community Clinic (example)", "110000",
          "北京市", "Beijing", founder=False),
    Actor("riverside", "Hospital", "津南中西医结合医院（示例）", "Jinnan Hospital of Integrated Medicine (example)",
          "120000", "天津市", "Tianjin"),
    Actor("insurer", "Insurer", "北方医疗保险（示例）", "Northern Health Insurance (example)", "110000",
          "北京市", "Beijing"),
)  # fmt: skip

VOTERS: Final = ("regulator", "certifier", "lab", "hospital", "factory")
"""Founders that vote; three of five carry a motion."""

POINTS: Final = {"Grower": 20_000, "Merchant": 1_000, "Factory": 1_000, "Hospital": 1_000, "Pharmacy": 1_000}
"""Points that founders start with, by their kind."""

COMMON_POINTS: Final = {"fund": 50_000, "reserve": 1_000_000}

_OFFICER: Final = 0
_OPERATOR: Final = 100


@cache
def _seed() -> bytes:
    return seed_from_mnemonic(MNEMONIC, "")


def _signer(index: int) -> LocalSigner:
    return LocalSigner(_key(index))


def _key(index: int) -> bytes:
    return key_from_seed(_seed(), f"m/44'/60'/0'/0/{index}")


def registration(key: str) -> str:
    """The text whose hash is an actor's id in the consortium."""
    return f"tcmchain-example:{key}"


def member(key: str) -> MemberId:
    """An actor's id in the consortium."""
    return member_id(registration(key))


def profile(key: str) -> dict[str, object]:
    """How an actor presents itself."""
    who = actor(key)
    seat = place(who.place)
    return {
        "name_zh": who.zh,
        "name_en": who.en,
        "place": who.place,
        "address_zh": who.address_zh,
        "address_en": who.address_en,
        "lon": seat.longitude,
        "lat": seat.latitude,
    }


def genesis() -> bytes:
    """The example's genesis file."""
    members = [
        {
            "registration": registration(who.key),
            "kind": who.kind,
            "voting": who.key in VOTERS,
            "officer": officer(who.key).address,
            "profile": profile(who.key),
            "points": POINTS.get(who.kind, 0),
        }
        for who in ACTORS
        if who.founder
    ]
    agreement = {"title": "中医链世界联盟协议（示例）第一版", "text": AGREEMENT}
    content = {"consortium": "tcmchain-example", "agreement": agreement, "members": members, "points": COMMON_POINTS}
    return json.dumps(content).encode()


def actor(key: str) -> Actor:
    """An actor by its role."""
    return next(found for found in ACTORS if found.key == key)


def officer(key: str) -> LocalSigner:
    """The account that votes and signs agreements for an actor; it may also take steps."""
    return _signer(_OFFICER + [found.key for found in ACTORS].index(key))


def operator(key: str) -> LocalSigner:
    """An account that an actor appointed for daily work."""
    return _signer(_OPERATOR + [found.key for found in ACTORS].index(key))


SERVED: Final = "factory"
"""The actor whose service account the example's node keeps: it signs what that member's systems capture."""


DESKS: Final = ("hospital", "riverside")
"""Hospitals whose accounts the example's node keeps too: it seals and appends records for them."""


DISPENSER: Final = "pharmacy"
"""The pharmacy whose account the example's node keeps: it signs vouchers for what was dispensed there."""


def give_accounts(keystore: Keystore) -> None:
    """Put the accounts that the example's node keeps into its keystore."""
    for key in (SERVED, *DESKS, DISPENSER):
        if key not in keystore.names():
            keystore.take_in(key, service_key(key))


def service_key(key: str = SERVED) -> bytes:
    """The key of the account that an actor's systems sign with, an operator of the member."""
    return _key(_OPERATOR + [found.key for found in ACTORS].index(key))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a wallet of their own; the words are examples published with BIP-39 and guard nothing."""

    zh: str
    en: str
    words: str
    member: str | None = None

    @property
    def seed(self) -> bytes:
        """What all keys of the wallet come from, 64 bytes (BIP-39)."""
        return seed_from_mnemonic(self.words, "")

    @property
    def signer(self) -> LocalSigner:
        """The wallet's ordinary account."""
        return LocalSigner(key_from_seed(self.seed, "m/44'/60'/0'/0/0"))


PERSONS: Final[Mapping[str, Person]] = MappingProxyType(
    {
        "patient": Person("患者（示例）", "Patient (example)",
                          "legal winner thank year wave sausage worth useful legal winner thank yellow"),
        "daughter": Person("患者的女儿（示例）", "The patient's daughter (example)",
                           "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"),
        "attending_physician": Person("周明远医师（示例）", "Dr Zhou Mingyuan (example)",
                                      "scheme spot photo card baby mountain device kick cradle pact join borrow",
                                      "hospital"),
        "visited_physician": Person("林秋医师（示例）", "Dr Lin Qiu (example)",
                                    "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic",
                                    "riverside"),
        "claims_officer": Person("医保审核员（示例）", "Claims officer (example)",
                                 "cat swing flag economy stadium alone churn speed unique patch report train",
                                 "insurer"),
        "dispensing_pharmacist": Person("沈药师（示例）", "Pharmacist Shen (example)",
                                        "vessel ladder alter error federal sibling chat ability sun glass valve "
                                        "picture", "pharmacy"),
        "folk_practitioner": Person("献方人（示例）", "Folk practitioner (example)",
                                    "jelly better achieve collect unaware mountain thought cargo oxygen act hood "
                                    "bridge"),
    }
)  # fmt: skip
"""Those who are no institutions; who works for one is an operator of it."""

LICENCES: Final[Mapping[str, str]] = MappingProxyType(
    {"attending_physician": "ZY-0002", "visited_physician": "ZY-0003"}
)
"""Numbers of the physicians' licences."""

PHARMACISTS: Final[Mapping[str, str]] = MappingProxyType({"dispensing_pharmacist": "YS-0001"})
"""Numbers of the pharmacists' licences."""
