"""What can be done."""

from tcmchain.consent.service.emergencies import Emergencies
from tcmchain.consent.service.grants import Grants
from tcmchain.consent.service.notices import Notices

__all__ = ["Emergencies", "Grants", "Notices"]
