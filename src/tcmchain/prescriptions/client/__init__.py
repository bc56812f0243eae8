"""Prescriptions over HTTP: the SDK's part."""

from tcmchain.prescriptions.client.prescriptions import Draft, PrescriptionsClient

__all__ = ["Draft", "PrescriptionsClient"]
