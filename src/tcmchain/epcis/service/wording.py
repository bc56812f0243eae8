"""What is wrong with an event, in words."""

from tcmchain.epcis.model.jobs import Fault
from tcmchain.web.i18n import Language
from tcmchain.web.sentences import Sentences


def fault_sentence(fault: Fault, sentences: Sentences, language: Language) -> str:
    """The sentence of a fault in the reader's language; that of its family when its code has none."""
    code = fault.code if fault.code in sentences.codes() else "invalid"
    return sentences.text(code, language, {"place": fault.place, "rule": fault.rule, **fault.details})
