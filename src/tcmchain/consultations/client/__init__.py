"""Questions and answers over HTTP: the SDK's part."""

from tcmchain.consultations.client.consultations import ConsultationsClient

__all__ = ["ConsultationsClient"]
