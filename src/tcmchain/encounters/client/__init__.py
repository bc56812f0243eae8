"""Visits from outside."""

from tcmchain.encounters.client.encounters import EncountersClient
from tcmchain.encounters.client.offers import Offer

__all__ = ["EncountersClient", "Offer"]
