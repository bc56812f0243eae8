"""Questions and answers over HTTP: the SDK's part."""

from tcmchain.consultations.client.consultations import ConsultationsClient
from tcmchain.consultations.client.pseudonyms import pseudonym

__all__ = ["ConsultationsClient", "pseudonym"]
