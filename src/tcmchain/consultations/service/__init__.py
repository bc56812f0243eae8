"""Use cases of questions and answers."""

from tcmchain.consultations.service.consultations import Consultations, NamedFormula

__all__ = ["Consultations", "NamedFormula"]
