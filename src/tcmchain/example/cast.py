"""Who takes part in the example. All names are invented; the keys are public and guard nothing."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from eth_account.hdaccount import key_from_seed, seed_from_mnemonic

from tcmchain.chain.signers import LocalSigner

MNEMONIC: Final = "test test test test test test test test test test test junk"
"""The words that Ethereum's development tools publish: anybody can act for the example's members."""


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
    Actor("clinic", "Clinic", "胡同社区中医馆（示例）", "Hutong Community Clinic (example)", "110000",
          "北京市", "Beijing", founder=False),
)  # fmt: skip

_OFFICER: Final = 0
_OPERATOR: Final = 100


@cache
def _seed() -> bytes:
    return seed_from_mnemonic(MNEMONIC, "")


def _signer(index: int) -> LocalSigner:
    return LocalSigner(key_from_seed(_seed(), f"m/44'/60'/0'/0/{index}"))


def actor(key: str) -> Actor:
    """An actor by its role."""
    return next(found for found in ACTORS if found.key == key)


def officer(key: str) -> LocalSigner:
    """The account that votes and signs agreements for an actor; it may also take steps."""
    return _signer(_OFFICER + [found.key for found in ACTORS].index(key))


def operator(key: str) -> LocalSigner:
    """An account that an actor appointed for daily work."""
    return _signer(_OPERATOR + [found.key for found in ACTORS].index(key))
