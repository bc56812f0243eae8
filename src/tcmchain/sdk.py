"""The Python SDK: one node's doors, slice by slice.

>>> async with TcmChain("http://localhost:8000", signer) as chain:
...     await chain.provenance.search("人参")
"""

from types import TracebackType
from typing import Self

from tcmchain.chain.signers import LocalSigner, Signer
from tcmchain.consent.client import ConsentClient
from tcmchain.consultations.client import ConsultationsClient
from tcmchain.custodians.client.http import CustodiansClient
from tcmchain.encounters.client import EncountersClient
from tcmchain.epcis.client import EpcisClient
from tcmchain.formulas.client import FormulasClient
from tcmchain.guarantees.client import GuaranteesClient
from tcmchain.letters.client import LettersClient
from tcmchain.members.client import MembersClient
from tcmchain.patients.client import PatientsClient
from tcmchain.practitioners.client import PractitionersClient
from tcmchain.prescriptions.client import PrescriptionsClient
from tcmchain.provenance.client import ProvenanceClient
from tcmchain.records.client import RecordsClient
from tcmchain.reviews.client import ReviewsClient
from tcmchain.rewards.client import RewardsClient
from tcmchain.units.client import UnitsClient
from tcmchain.web.http import NodeHttp

__all__ = ["LocalSigner", "TcmChain"]


class TcmChain:
    """A node, reached over HTTP; with a signer every write is signed in this process."""

    def __init__(self, url: str = "http://localhost:8000", signer: Signer | None = None) -> None:
        self.http = NodeHttp(url, signer)
        self.members = MembersClient(self.http)
        self.practitioners = PractitionersClient(self.http)
        self.rewards = RewardsClient(self.http)
        self.reviews = ReviewsClient(self.http)
        self.provenance = ProvenanceClient(self.http)
        self.prescriptions = PrescriptionsClient(self.http)
        self.epcis = EpcisClient(self.http)
        self.encounters = EncountersClient(self.http)
        self.guarantees = GuaranteesClient(self.http)
        self.custodians = CustodiansClient(self.http)
        self.units = UnitsClient(self.http)
        self.patients = PatientsClient(self.http)
        self.letters = LettersClient(self.http)
        self.consent = ConsentClient(self.http)
        self.records = RecordsClient(self.http)
        self.consultations = ConsultationsClient(self.http)
        self.formulas = FormulasClient(self.http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.close()
