"""The check of a prescription by a rule set: the same two always give the same verdict.

It reads nothing else: no table, clock or setting. Herbs are compared by id, never by a part of a name. Whatever cannot
be checked is a finding of its own. A check of twenty herbs takes a fraction of a millisecond, so that all of it is done
again at every keystroke.
"""

from typing import Final

from tcmchain.prescriptions.model.collecting import BY_ITSELF, Collector
from tcmchain.prescriptions.model.dosing import check_doses, check_restrictions
from tcmchain.prescriptions.model.drafting import HOUSE
from tcmchain.prescriptions.model.findings import Verdict, digest_of, ordered
from tcmchain.prescriptions.model.grades import RULE_BY_WORD, Rule
from tcmchain.prescriptions.model.norm import check_norm
from tcmchain.prescriptions.model.prescription import Prescription, Sheet, Stated
from tcmchain.prescriptions.model.reading import read_prescription, write_prescription
from tcmchain.prescriptions.model.rules import Drug, HerbRules, RuleSet
from tcmchain.prescriptions.model.warning import check_patient
from tcmchain.terms.herbs import HerbId

_BESIDE: Final = BY_ITSELF | {"melt", "steep", "take-drenched", "externally"}
_KINDS: Final = ("汤", "散", "丸", "饮", "颗粒", "片", "胶囊", "口服液", "合剂", "冲剂", "丸剂", "浓缩丸")
_LONGEST_KIND: Final = tuple(sorted(_KINDS, key=len, reverse=True))


def check(prescription: Prescription, rules: RuleSet) -> Verdict:
    """Everything that a rule set finds in a prescription."""
    found = Collector(prescription, rules)
    _check_known(found)
    _check_pairs(found)
    check_doses(found)
    check_restrictions(found)
    check_patient(found)
    _check_duplicates(found)
    for herb in found.herbs:
        _check_handling(found, herb)
    _check_drugs(found)
    check_norm(found)
    written = digest_of(write_prescription(prescription))
    return Verdict(rules.digest, rules.version, written, ordered(found.found()))


def replay(rules: bytes, prescription: bytes) -> Verdict:
    """The verdict of long ago from the bytes that it was made of; raises ``RulesUnreadable``, ``LineUnreadable``."""
    return check(read_prescription(prescription), RuleSet.read(rules))


def _check_known(found: Collector) -> None:
    for id, lines in found.unknown.items():
        found.add(Rule.CANNOT_HERB, HOUSE, (id,), name=min(line.name for line in lines) or id)
    for line in found.prescription.lines:
        if not line.herb:
            # On a sheet of herbs it may be a name that means none, or a 中成药 that belongs on another sheet.
            patent = found.prescription.sheet is Sheet.PATENT
            found.add(Rule.CANNOT_PRODUCT if patent else Rule.CANNOT_HERB, HOUSE, (), line.name, name=line.name)


def _check_pairs(found: Collector) -> None:
    known = found.rules.herbs
    for herb in found.herbs:
        against = found.rules.against.get(herb.id)
        if not against:
            continue
        for other in against.keys() & found.lines.keys():
            if herb.id < other:
                pair = against[other]
                great = "great" in (herb.toxicity, known[other].toxicity)
                rule = RULE_BY_WORD[f"{pair.rule.value}-great"] if great else pair.rule
                found.add(rule, pair.source, (herb.id, other), name=pair.name)


def _check_duplicates(found: Collector) -> None:
    families: dict[HerbId, list[HerbId]] = {}
    for herb in found.herbs:
        families.setdefault(herb.base or herb.id, []).append(herb.id)
        if len(found.lines[herb.id]) > 1:
            found.add(Rule.DUPLICATE, HOUSE, (herb.id,), lines=len(found.lines[herb.id]))
    for states in families.values():
        if len(states) > 1:
            found.add(Rule.DUPLICATE_STATE, HOUSE, states)


def _check_handling(found: Collector, herb: HerbRules) -> None:
    """How each line is put into the medicine against what the sources want."""
    if not herb.handlings:
        return
    wanted = {one.preparation: one.source for one in herb.handlings}
    for line in found.lines[herb.id]:
        given = set(line.preparations)
        if found.outside(line):
            continue
        if "externally" in wanted:
            rule = Rule.EXTERNAL_ONLY_TOXIC if herb.toxicity in ("great", "toxic") else Rule.EXTERNAL_ONLY
            found.add(rule, wanted["externally"], (herb.id,))
        if line.form != "decoction":
            continue
        if "not-decocted" in wanted and not given & _BESIDE:
            found.add(Rule.NOT_DECOCTED, wanted["not-decocted"], (herb.id,))
        ways = [way for way in wanted if way not in ("externally", "not-decocted")]
        if ways and not any(given & found.rules.alike_to(way) for way in ways):
            grave = herb.toxicity in ("great", "toxic")
            rule = Rule.PREPARATION_TOXIC if grave else Rule.PREPARATION
            found.add(rule, wanted[ways[0]], (herb.id,), ways=",".join(ways))


def _check_drugs(found: Collector) -> None:
    patient = found.prescription.patient
    for known in found.rules.drugs:
        if not _holds(found, known):
            continue
        taken = [drug for drug in patient.drugs if _is_drug(drug, known)]
        subjects = known.herbs & found.lines.keys()
        for drug in taken:
            found.add(
                Rule.INTERACTION,
                known.source,
                subjects,
                f"{known.formula}/{known.drug}",
                drug=drug,
                formula=known.formula,
            )
        if not patient.drugs and patient.takes_drugs is not Stated.NO:
            found.add(
                Rule.INTERACTION_ASK,
                known.source,
                subjects,
                f"{known.formula}/{known.drug}",
                drug=known.drug,
                formula=known.formula,
            )


def _holds(found: Collector, known: Drug) -> bool:
    """Whether the prescription is the formula, by its name or by all its herbs."""
    one = found.prescription
    names = {one.follows.name} if one.follows else set()
    if one.sheet is Sheet.PATENT:
        names |= {line.name for line in one.lines}
    return _stem(known.formula) in {_stem(name) for name in names if name} or (
        bool(known.herbs) and known.herbs <= found.lines.keys()
    )


def _stem(name: str) -> str:
    """A formula's name without its dosage form: 小柴胡汤 and 小柴胡颗粒 are the same medicine."""
    for kind in _LONGEST_KIND:
        if name.endswith(kind) and len(name) > len(kind) + 1:
            return name.removesuffix(kind)
    return name


def _is_drug(written: str, known: Drug) -> bool:
    # A drug is written with its strength and maker; a false alarm is read, a missed one is not.
    folded = "".join(written.casefold().split())
    return any("".join(name.casefold().split()) in folded for name in known.names)
