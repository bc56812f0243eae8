"""Checks that an operator runs against a live node, from outside, by the doors that everybody has."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from tcmchain.operating.checks import blocks, chains, contracts, custodians, goods, machine, reviews, roots
from tcmchain.operating.examined import Examined, Fault

Check = Callable[[Examined], Awaitable[list[Fault]]]

CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "node-healthy": chains.node_healthy,
        "chain-ids": chains.chain_ids,
        "blocks-link": chains.blocks_link,
        "directory-matches": contracts.directory_matches,
        "contract-code": contracts.contract_code,
        "lots-match": goods.lots_match,
        "mass-conserved": goods.mass_conserved,
        "steps-in-blocks": goods.steps_in_blocks,
        "unit-roots": roots.unit_roots,
        "epcis-anchors": roots.epcis_anchors,
        "custodians-answer": custodians.custodians_answer,
        "custodian-roots": custodians.custodian_roots,
        "reviews-within-dispensings": reviews.reviews_within_dispensings,
        "peers-agree": chains.peers_agree,
        "clock": machine.clock,
        "disk-free": machine.disk_free,
        "keystore-private": machine.keystore_private,
        "cids-resolve": blocks.cids_resolve,
    }
)
"""Every check by its stable name, in the order in which they are run."""
