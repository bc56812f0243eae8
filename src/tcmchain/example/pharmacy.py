"""Eighth part: formulas are shared and signed, and a condition that nobody could help is asked about."""

from typing import Final

from tcmchain.consultations.client import pseudonym
from tcmchain.example import cast
from tcmchain.example.care import physician
from tcmchain.example.stage import Scene, Stage
from tcmchain.formulas.model.drafts import Draft, DraftIndication, DraftLine
from tcmchain.formulas.model.formula import Dosing, FormulaClass, FormulaSource
from tcmchain.sdk import TcmChain
from tcmchain.values import FormulaId, QuestionId

PHYSICIAN: Final = "attending_physician"
COLLEAGUE: Final = "visited_physician"
PHARMACIST: Final = "dispensing_pharmacist"
FOLK: Final = "folk_practitioner"
ASKER: Final = "daughter"

_CONDITION: Final = (
    "家中老人中风后半年，右侧肢体无力，走路拖步，说话含糊，时常流口水，大便偏干，容易疲倦，舌暗淡，苔白。"
    "康复训练一直在做。"
)
_TRIED: Final = "住院治疗一月，出院后按时服降压药；针灸三个疗程，手能抬高一些，之后没有再进步。"
_ANSWER: Final = (
    "从所述看，气虚血瘀的可能大，可请医师当面辨证后考虑补气行血一路，并与正在服用的西药错开；"
    "血压未稳、有出血倾向的不用。康复训练请继续。"
)


def _draft(
    kind: FormulaClass, name: str, lines: tuple[tuple[str, str, str], ...], indication: DraftIndication
) -> Draft:
    written = tuple(DraftLine(name=herb, words=words, convention="metric", role=role) for herb, words, role in lines)
    source = FormulaSource(contributor="示例" if kind is FormulaClass.LICENSED else "示例村献方")
    return Draft(
        kind=kind,
        name=name,
        lines=written,
        dosing=Dosing("per-day", None, 2),
        indications=(indication,),
        source=source,
        method="水煎两次，合并药液，早晚分服",
    )


LICENSED: Final = _draft(
    FormulaClass.LICENSED,
    "益气起废汤",
    (
        ("黄芪", "120g", "君"),
        ("当归", "6g", "臣"),
        ("丹参", "10g", "臣"),
        ("川芎", "3g", "佐"),
        ("白术", "10g", "佐"),
        ("甘草", "3g", "使"),
    ),
    DraftIndication(disease="中风", syndrome="气虚血瘀证", symptoms=("半身不遂", "言语不利"), words="中风恢复期"),
)
FOLK_FORMULA: Final = _draft(
    FormulaClass.FOLK,
    "姜枣暖胃方",
    (("生姜", "10g", ""), ("大枣", "12g", ""), ("紫苏叶", "6g", ""), ("陈皮", "6g", "")),
    DraftIndication(symptoms=("胃脘冷痛",), words="受寒后胃里冷痛，喜温喜按"),
)


async def shared(chain: TcmChain, draft: Draft) -> FormulaId | None:
    """The formula that an account shared under a name, if it did."""
    author = chain.http.key().address
    found = [one["formula"] for one in (await chain.formulas.list(author=author))["formulas"]]
    return next((FormulaId(one["id"]) for one in found if one["name"] == draft.name), None)


async def share_formula(stage: Stage) -> None:
    chain = physician(stage, PHYSICIAN)
    if await shared(chain, LICENSED) is None:
        await chain.formulas.share(LICENSED)


async def share_folk_formula(stage: Stage) -> None:
    """Somebody without a licence gives a formula; a physician reads its doses and signs it."""
    giver = stage.signing(cast.PERSONS[FOLK].signer)
    formula = await shared(giver, FOLK_FORMULA)
    if formula is None:
        formula = await giver.formulas.share(FOLK_FORMULA)
    if not (await giver.formulas.formula(formula))["formula"]["approved"]:
        reader = physician(stage, COLLEAGUE)
        await reader.formulas.doses(formula, 1)
        await reader.formulas.approve(formula, 1, "药食同源之品，用量平和，阴虚内热者不宜。")


async def ask_and_answer(stage: Stage) -> None:
    """A daughter asks under a pseudonym; a physician answers and names a formula; it helped."""
    asker = stage.signing(pseudonym(cast.PERSONS[ASKER].seed, 0))
    asked = (await asker.consultations.search(asker=asker.http.key().address))["questions"]
    question = QuestionId(asked[0]["id"]) if asked else await asker.consultations.ask(_CONDITION, _TRIED)
    given = (await asker.consultations.read(question))["given"]
    if not given:
        chain = physician(stage, PHYSICIAN)
        formula = await shared(chain, LICENSED)
        await chain.consultations.answer(question, _ANSWER, "《医林改错》", formula, 1)
    if not any(answer["helped"] for answer in given):
        await asker.consultations.thank(question, 1)


SCENES: tuple[Scene, ...] = (
    ("医师分享一张方剂", share_formula),
    ("民间献方，持照医师审签", share_folk_formula),
    ("疑难求助，医师答复", ask_and_answer),
)
