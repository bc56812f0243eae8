"""What can be done."""

from tcmchain.patients.service.patients import Patients

__all__ = ["Patients"]
