"""What the sheet has to state by 中药处方格式及书写规范 (2010) and 处方管理办法 (2007), and does not."""

from typing import Final

from tcmchain.prescriptions.model.collecting import Collector
from tcmchain.prescriptions.model.grades import Rule
from tcmchain.prescriptions.model.prescription import HEAD, Sex, Sheet
from tcmchain.terms.preparations import ROLES

_RANK: Final = {role: at for at, role in enumerate(ROLES)}


def check_norm(found: Collector) -> None:
    """Everything that the norm asks of a sheet; a free check of some herbs hears of it as well."""
    _check_lines(found)
    _check_supply(found)
    _check_patient(found)
    _check_diagnosis(found)
    stated = found.prescription.stated
    missing = [word for word in HEAD if word not in stated]
    if missing:
        _say(found, Rule.NORM_HEAD, missing=",".join(missing))
    if not found.prescription.usage or not found.prescription.times:
        _say(found, Rule.NORM_USAGE)


def _say(found: Collector, rule: Rule, **data: object) -> None:
    found.add(rule, found.rules.norms[rule], **data)


def _check_lines(found: Collector) -> None:
    one, norms = found.prescription, found.rules.norms
    if not one.lines:
        _say(found, Rule.NORM_EMPTY)
    if one.sheet is Sheet.PATENT and any(line.herb for line in one.lines):
        _say(found, Rule.NORM_MIXED)
    if one.sheet is Sheet.PATENT and len(one.lines) > found.rules.limits["patents"]:
        _say(found, Rule.NORM_PATENTS, most=found.rules.limits["patents"], given=len(one.lines))
    for herb in found.herbs:
        lines = found.lines[herb.id]
        if any(not line.grams for line in lines):
            found.add(Rule.NORM_GRAMS, norms[Rule.NORM_GRAMS], (herb.id,))
        names = sorted({line.name for line in lines if line.name and line.name != herb.name})
        if names:
            found.add(Rule.NORM_NAME, norms[Rule.NORM_NAME], (herb.id,), written="、".join(names), name=herb.name)
    ranks = [_RANK[line.role] for line in one.lines if line.role in _RANK]
    if ranks != sorted(ranks):
        _say(found, Rule.NORM_ORDER)


def _check_supply(found: Collector) -> None:
    one, limits = found.prescription, found.rules.limits
    if one.sheet is Sheet.PIECES and not one.doses:
        _say(found, Rule.NORM_COUNT)
    most = limits["days-emergency"] if one.emergency else limits["days"]
    if one.days > most:
        _say(found, Rule.NORM_DAYS, given=one.days, most=most)
    if not 1 <= one.valid_days <= limits["valid-days"]:
        _say(found, Rule.NORM_VALID, given=one.valid_days, most=limits["valid-days"])


def _check_patient(found: Collector) -> None:
    patient = found.prescription.patient
    if patient.sex is Sex.UNKNOWN:
        _say(found, Rule.NORM_SEX)
    if patient.months is None:
        _say(found, Rule.NORM_AGE)
    elif patient.months < found.rules.limits["child-months"] and patient.weight is None:
        _say(found, Rule.NORM_WEIGHT)


def _check_diagnosis(found: Collector) -> None:
    diagnosis = found.prescription.diagnosis
    if not (diagnosis.syndrome or diagnosis.syndrome_words):
        _say(found, Rule.NORM_SYNDROME)
    # 病名不明确的可不写病名
    if not (diagnosis.disease or diagnosis.disease_words):
        _say(found, Rule.NORM_DISEASE)
