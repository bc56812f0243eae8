"""First part: the members sign, admit a newcomer, appoint, license and lay down the rules."""

import hashlib
from datetime import timedelta

from tcmchain.errors import Conflict
from tcmchain.example import cast
from tcmchain.example.stage import Scene, Stage, again, together
from tcmchain.members.model.errors import MemberUnknown
from tcmchain.values import Hash32, UnixTime

_PHYSICIAN = "hospital"
_DAY = 86_400


async def sign_agreement(stage: Stage) -> None:
    await together(*(stage.acting(who.key).members.sign_agreement() for who in cast.ACTORS if who.founder))


async def admit_clinic(stage: Stage) -> None:
    regulator = stage.acting("regulator").members
    try:
        await regulator.member(cast.member("clinic"))
    except MemberUnknown:
        ballot = await regulator.propose(
            matter="admit",
            registration=cast.registration("clinic"),
            kind="Clinic",
            officer=cast.officer("clinic").address,
            voting=False,
            profile=cast.profile("clinic"),
            reason="社区中医馆加入联盟",
        )
        for voter in ("regulator", "hospital", "lab"):
            await stage.acting(voter).members.vote(ballot.id)
        await regulator.carry(ballot.id)
    await again(stage.acting("clinic").members.sign_agreement())


async def appoint_operators(stage: Stage) -> None:
    appointing = ("hospital", "factory", "grower", "riverside", "insurer", "pharmacy")
    await together(*(stage.acting(key).members.appoint(cast.operator(key).address) for key in appointing))
    # One appointment after the other: a member's appointments are numbered.
    for person in cast.PERSONS.values():
        if person.member is not None:
            await again(stage.acting(person.member).members.appoint(person.signer.address))


async def license_practitioners(stage: Stage) -> None:
    starts = int(stage.now.timestamp())
    ends = int((stage.now + timedelta(days=5 * 365)).timestamp())
    practitioners = stage.acting("certifier").practitioners
    holders = {"ZY-0001": (cast.operator(_PHYSICIAN).address, "physician")}
    for scope, numbers in (("physician", cast.LICENCES), ("pharmacist", cast.PHARMACISTS)):
        holders |= {number: (cast.PERSONS[key].signer.address, scope) for key, number in numbers.items()}
    for number, (holder, scope) in holders.items():
        digest = Hash32("0x" + hashlib.sha256(f"执业医师证书（示例）{number}".encode()).hexdigest())
        try:
            await practitioners.issue(number, holder, scope, UnixTime(starts), UnixTime(ends), digest)
        except Conflict as error:
            if "known-already" not in error.code:
                raise


async def declare_terms(stage: Stage) -> None:
    await stage.acting("regulator").provenance.declare_terms()


async def set_tariff(stage: Stage) -> None:
    regulator = stage.acting("regulator").guarantees
    if await regulator.tariff() is None:
        await regulator.set_tariff("5", "20", "2", "6", 3, 180 * _DAY, 30 * _DAY, {"cause": "试行费率（示例）"})


SCENES: tuple[Scene, ...] = (
    ("各成员签署联盟协议", sign_agreement),
    ("表决接纳社区中医馆", admit_clinic),
    ("任命操作员账户", appoint_operators),
    ("颁发医师与药师执照", license_practitioners),
    ("登记药材形态与得率", declare_terms),
    ("定下入账费与保证金", set_tariff),
)
