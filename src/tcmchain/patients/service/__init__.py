"""What can be done."""

from tcmchain.patients.service.notices import RecoveryTelling
from tcmchain.patients.service.patients import Patients

__all__ = ["Patients", "RecoveryTelling"]
