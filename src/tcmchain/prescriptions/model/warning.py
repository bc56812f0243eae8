"""Herbs against the facts of the patient; a fact that was not stated is unknown, never "no"."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tcmchain.prescriptions.model.collecting import Collector
from tcmchain.prescriptions.model.drafting import HOUSE
from tcmchain.prescriptions.model.grades import Rule
from tcmchain.prescriptions.model.prescription import Patient, Sex, Stated
from tcmchain.prescriptions.model.rules import HerbRules, RuleSet
from tcmchain.terms.herbs import HerbId

_PREGNANCY: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "forbidden": Rule.PREGNANCY_FORBIDDEN,
        "avoid": Rule.PREGNANCY_AVOID,
        "caution": Rule.PREGNANCY_CAUTION,
    }
)
_CAUTIONS: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "forbidden": Rule.CAUTION_FORBIDDEN,
        "avoid": Rule.CAUTION_AVOID,
        "caution": Rule.CAUTION_CAUTION,
    }
)
_TOXIC: Final[Mapping[str, Rule]] = MappingProxyType(
    {"great": Rule.TOXIC_GREAT, "toxic": Rule.TOXIC, "slight": Rule.TOXIC_SLIGHT}
)
_ASKED: Final = frozenset({"lactation", "liver", "kidney", "allergy"})
_FACTS: Final = ("pregnancy", "lactation", "allergies", "liver", "kidney")
_WHOM: Final[Mapping[str, str]] = MappingProxyType({"allergies": "allergy"})


def check_patient(found: Collector) -> None:
    """Poison, pregnancy, cautions and allergies of every herb, and the facts that herbs need stated."""
    patient = found.prescription.patient
    pregnant = facts_of(patient)["pregnancy"]
    for herb in found.herbs:
        if herb.toxicity:
            found.add(_TOXIC[herb.toxicity], herb.toxicity_source, (herb.id,))
        if not herb.read:
            rule = Rule.CANNOT_UNREAD_PREGNANT if pregnant is Stated.YES else Rule.CANNOT_UNREAD
            found.add(rule, HOUSE, (herb.id,))
        if herb.pregnancy and pregnant is Stated.YES:
            found.add(_PREGNANCY[herb.pregnancy], herb.pregnancy_source, (herb.id,))
        _check_cautions(found, herb, patient)
        _check_organs(found, herb, patient)
    _check_allergies(found, patient)
    _check_stated(found, patient)


def facts_of(patient: Patient) -> dict[str, Stated]:
    """The five facts that have to be stated; a man is not pregnant and nurses no child."""
    given: dict[str, Stated] = {name: getattr(patient, name) for name in _FACTS}
    if patient.allergic_to or patient.allergens:
        given["allergies"] = Stated.YES
    if patient.sex is Sex.MALE:
        for name in ("pregnancy", "lactation"):
            if given[name] is Stated.UNKNOWN:
                given[name] = Stated.NO
    return given


def state_of(whom: str, patient: Patient, rules: RuleSet) -> Stated:
    """Whether the patient is one of those whom a source warns."""
    if whom == "child":
        return _by_age(patient, patient.months is not None and patient.months < rules.limits["child-months"])
    if whom == "old-age":
        return _by_age(patient, patient.months is not None and patient.months >= rules.limits["old-months"])
    if whom in patient.conditions:
        return Stated.YES
    if whom in _ASKED:
        return facts_of(patient)["allergies" if whom == "allergy" else whom]
    return Stated.NO if whom in patient.excluded else Stated.UNKNOWN


def _by_age(patient: Patient, within: bool) -> Stated:
    if patient.months is None:
        return Stated.UNKNOWN
    return Stated.YES if within else Stated.NO


def _check_cautions(found: Collector, herb: HerbRules, patient: Patient) -> None:
    for caution in herb.cautions:
        state = state_of(caution.whom, patient, found.rules)
        data = {"whom": caution.whom, "wording": caution.wording}
        if state is Stated.YES:
            found.add(_CAUTIONS[caution.wording], caution.source, (herb.id,), caution.whom, **data)
        elif state is Stated.UNKNOWN and caution.whom not in _ASKED:
            found.add(Rule.CAUTION_ASK, caution.source, (herb.id,), caution.whom, **data)


def _check_organs(found: Collector, herb: HerbRules, patient: Patient) -> None:
    rule = {"great": Rule.ORGAN_GREAT, "toxic": Rule.ORGAN_TOXIC}.get(herb.toxicity)
    if rule is None:
        return
    for organ in ("liver", "kidney"):
        if getattr(patient, organ) is Stated.YES:
            found.add(rule, HOUSE, (herb.id,), organ, whom=organ)


def _check_allergies(found: Collector, patient: Patient) -> None:
    if facts_of(patient)["allergies"] is Stated.YES and not patient.allergic_to and not patient.allergens:
        found.add(Rule.CANNOT_ALLERGY, HOUSE)
    families = {_family(found.rules, id) for id in patient.allergic_to}
    for herb in found.herbs:
        if herb.id in patient.allergic_to:
            found.add(Rule.ALLERGY, HOUSE, (herb.id,))
        elif (herb.base or herb.id) in families:
            found.add(Rule.ALLERGY_KIN, HOUSE, (herb.id,))


def _family(rules: RuleSet, id: HerbId) -> HerbId:
    known = rules.herbs.get(id)
    return known.base or id if known else id


def _check_stated(found: Collector, patient: Patient) -> None:
    """One finding for each fact that herbs need and nobody stated: grave herbs wait until it is."""
    for fact, state in facts_of(patient).items():
        if state is not Stated.UNKNOWN:
            continue
        high = [herb.id for herb in found.herbs if _needs(herb, fact) == "high"]
        some = [herb.id for herb in found.herbs if _needs(herb, fact) == "some"]
        if high:
            found.add(Rule.UNSTATED_HIGH, HOUSE, high, fact, fact=fact)
        if some:
            found.add(Rule.UNSTATED, HOUSE, some, fact, fact=fact)


def _needs(herb: HerbRules, fact: str) -> str:
    """How much a herb needs a fact stated: high, some, or not at all (empty)."""
    whom = _WHOM.get(fact, fact)
    wordings = {caution.wording for caution in herb.cautions if caution.whom == whom}
    if fact == "pregnancy":
        wordings = {herb.pregnancy} - {""}
    if herb.toxicity == "great" or wordings & {"forbidden", "avoid"}:
        return "high"
    return "some" if wordings or herb.toxicity == "toxic" else ""
