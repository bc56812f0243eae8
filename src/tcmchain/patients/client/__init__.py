"""The same over HTTP, and what the patient's own device makes of its keys."""

from tcmchain.patients.client.patients import Care, PatientsClient

__all__ = ["Care", "PatientsClient"]
