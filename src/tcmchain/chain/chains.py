"""The three ledgers of the consortium."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tcmchain.values import ChainName

CHAIN_IDS: Final[Mapping[ChainName, int]] = MappingProxyType({"care": 720101, "pharmacy": 720102, "resources": 720103})
"""EIP-155 chain ids of the embedded chains; an external network tells its own."""

CONTRACTS: Final[Mapping[ChainName, tuple[str, ...]]] = MappingProxyType(
    {
        "care": (
            "Members",
            "Practitioners",
            "Provenance",
            "Epcis",
            "RewardToken",
            "Guarantees",
            "Units",
            "Patients",
            "Consent",
            "Custodians",
            "Records",
            "Encounters",
            "Prescriptions",
            "Claims",
        ),
        "pharmacy": ("Members", "Practitioners", "Formulas", "Reviews", "Rewards", "Consultations"),
        "resources": ("Members", "Practitioners"),
    }
)
"""Contracts of each chain in the order in which one account deploys them, from nonce 0 on."""
