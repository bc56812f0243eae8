"""A ginseng lot's way from two fields to a patient, replayed from events, with the members that take part."""

from collections.abc import Collection
from typing import Any, Final

from tests.provenance.ledger_of_events import (
    ACCOUNT,
    DAY,
    FACTORY,
    GROWER,
    HOSPITAL,
    LAB,
    MERCHANT,
    NOON,
    QUOTA,
    Replay,
    word,
)

from tcmchain.members.model.errors import MemberUnknown
from tcmchain.members.model.membership import Kind, Member, Standing
from tcmchain.members.model.profile import Profile
from tcmchain.members.readmodel.records import MembersPage
from tcmchain.provenance.model.facts import write_facts
from tcmchain.provenance.model.gs1 import check_digit
from tcmchain.values import FormId, LotId, MemberId, UnixTime, short_text

CERTIFIER: Final = MemberId(word(0xC0))
REGULATOR: Final = MemberId(word(0xC1))
FIELD, NEIGHBOUR, MERGED, DRIED, RED, PACKED = (LotId("0x" + f"{n:02x}" * 32) for n in range(0x11, 0x17))
GTIN: Final = "0690123456789" + str(check_digit("0690123456789"))
_TESTS: Final = [
    {"item": "人参皂苷 Rg₁ + Re", "value": 0.46, "unit": "%", "limit": 0.3, "at_most": False, "ok": True},
    {"item": "人参皂苷 Rb₁", "value": 0.35, "unit": "%", "limit": 0.2, "at_most": False, "ok": True},
    {"item": "水分", "value": 9.2, "unit": "%", "limit": 12, "at_most": True, "ok": True},
    {"item": "总灰分", "value": 3.1, "unit": "%", "limit": 5, "at_most": True, "ok": True},
    {"item": "五氯硝基苯", "value": 0.02, "unit": "mg/kg", "limit": 0.1, "at_most": True, "ok": True},
    {"item": "铅 (Pb)", "value": 0.6, "unit": "mg/kg", "limit": 5, "at_most": True, "ok": True},
    {"item": "性状", "value": "符合", "ok": True},
]


def _member(id: MemberId, kind: Kind, zh: str, en: str, place: str) -> Member:
    return Member(id, kind, Standing.ACTIVE, True, ACCOUNT, 1, 0, Profile(zh, en, place), UnixTime(NOON))


MEMBERS: Final = {
    member.id: member
    for member in (
        _member(GROWER, Kind.GROWER, "抚松北岗参农合作社（示例）", "Beigang Growers (example)", "220621"),
        _member(MERCHANT, Kind.MERCHANT, "长白山参茸商行（示例）", "Changbai Traders (example)", "220621"),
        _member(FACTORY, Kind.FACTORY, "安国本草饮片厂（示例）", "Anguo Bencao (example)", "130683"),
        _member(HOSPITAL, Kind.HOSPITAL, "京西中医医院（示例）", "Jingxi Hospital (example)", "110000"),
        _member(LAB, Kind.LAB, "华北中药检测所（示例）", "North China Lab (example)", "130000"),
        _member(CERTIFIER, Kind.CERTIFIER, "道地药材认证中心（示例）", "Herb Certification (example)", "110000"),
        _member(REGULATOR, Kind.REGULATOR, "松江省药品监督局（示例）", "Songjiang Drug Administration", "220000"),
    )
}


class Roll:
    """The members of the story."""

    def members(self, ids: Collection[MemberId]) -> dict[MemberId, Member]:
        return {id: MEMBERS[id] for id in ids if id in MEMBERS}

    def member(self, id: MemberId) -> Member:
        if id not in MEMBERS:
            raise MemberUnknown(member=id)
        return MEMBERS[id]

    def find(self, text: str) -> list[MemberId]:
        return [id for id, member in MEMBERS.items() if text and text in member.profile.name_zh]

    def search(
        self, text: str = "", kinds: Collection[Kind] = (), standing: Any = None, offset: int = 0, limit: int = 50
    ) -> MembersPage:
        found = [member for member in MEMBERS.values() if not kinds or member.kind in kinds]
        return MembersPage(total=len(found), members=tuple(found))


def facts(**given: Any) -> str:
    return write_facts(given)


def tell(replay: Replay) -> None:
    """Apply the whole story."""
    _rules(replay)
    _fields(replay)
    _factory(replay)
    _hospital(replay)


def _rules(replay: Replay) -> None:
    ranks = {"renshen.fresh": 10, "renshen.dried": 20, "renshen.red": 30, "renshen.sliced": 40}
    for form, rank in ranks.items():
        replay.apply("FormDeclared", form=short_text(form), rank=rank, by=CERTIFIER, facts="{}")
    for source, target, ppm in (("fresh", "dried", 300_000), ("fresh", "red", 280_000), ("dried", "sliced", 980_000)):
        replay.apply(
            "YieldSet", **{"from": short_text(f"renshen.{source}"), "to": short_text(f"renshen.{target}")},
            ppm=ppm, auxiliaryPpm=0, by=CERTIFIER,
        )  # fmt: skip
    replay.certify(100_000_000)


def _fields(replay: Replay) -> None:
    replay.apply(
        "Observed", subject=QUOTA, observer=GROWER, observation=0, conforms=True,
        facts=facts(work="林下播种", seed="大马牙（自留种）", cultivation="林下种植 · 仿野生", altitude=786),
    )  # fmt: skip
    for lot, reference, milligrams in ((FIELD, "F-1", 42_600_000), (NEIGHBOUR, "F-2", 35_100_000)):
        replay.apply(
            "Commissioned", lot=lot, holder=GROWER, quota=QUOTA, form=short_text("renshen.fresh"),
            ref=short_text(reference), milligrams=milligrams, expires=0,
            facts=facts(picked="2025-09-18", place="吉林省白山市抚松县北岗镇", grade="一等", age=16, plot="A-03"),
        )  # fmt: skip
        trip = word(0x5100 + milligrams)
        replay.apply(
            "Shipped", shipment=trip, **{"from": GROWER}, to=MERCHANT, ref=short_text(f"S-{reference}"),
            portions=((lot, milligrams),), terms=word(0), facts=facts(carrier="冷藏车", temperature=4),
        )  # fmt: skip
        lost = 250_000 if lot == FIELD else 0
        replay.receive(trip, GROWER, MERCHANT, (lot, milligrams - lost, lost))
    replay.apply(
        "Merged", lot=MERGED, holder=MERCHANT, portions=((FIELD, 42_350_000), (NEIGHBOUR, 35_100_000)),
        merged=(MERGED, short_text("WL-031"), short_text("renshen.fresh"), 77_450_000, 0),
    )  # fmt: skip


def _factory(replay: Replay) -> None:
    replay.ship(word(0x5201), MERCHANT, FACTORY, (MERGED, 77_450_000))
    replay.receive(word(0x5201), MERCHANT, FACTORY, (MERGED, 77_450_000, 0))
    expires = NOON + 1_000 * DAY
    replay.apply(
        "Processed", run=word(0x6001), holder=FACTORY, method=short_text("sun-drying"), inputs=((MERGED, 77_450_000),),
        outputs=(
            (DRIED, short_text("SSS-250927-02"), short_text("renshen.dried"), 11_800_000, expires),
            (RED, short_text("HS-250928"), short_text("renshen.red"), 9_600_000, expires),
        ),
        facts=facts(standard="《中国药典》2020年版一部", hours=72, equipment="烘房 2 号"),
    )  # fmt: skip
    replay.apply(
        "Observed", subject=DRIED, observer=LAB, observation=1, conforms=True,
        facts=facts(
            report="JY-2025-10-1187", tests=_TESTS, standard="《中国药典》2020年版一部", report_sha256="ab" * 32
        ),
    )  # fmt: skip
    replay.apply(
        "Packed", lot=PACKED, holder=FACTORY, **{"from": DRIED},
        packed=(PACKED, short_text("SSS-250927-02-P"), short_text("renshen.dried"), 6_300_000, expires),
        units=100, gtin=int(GTIN), unitsRoot=word(0), facts=facts(packaging="铝箔袋"),
    )  # fmt: skip


def _hospital(replay: Replay) -> None:
    replay.ship(word(0x5301), FACTORY, HOSPITAL, (PACKED, 2_400_000))
    replay.receive(word(0x5301), FACTORY, HOSPITAL, (PACKED, 2_400_000, 0))
    replay.apply("Dispensed", lot=PACKED, holder=HOSPITAL, commitment=word(0xABCDEF), milligrams=63_000, facts="{}")
    replay.ship(word(0x5302), FACTORY, HOSPITAL, (PACKED, 1_000_000))


def find_forms(text: str) -> list[FormId]:
    return [FormId("renshen.dried"), FormId("renshen.fresh")] if text in ("人参", "renshen", "ren") else []
