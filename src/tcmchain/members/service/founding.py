"""A consortium's first deed: its contracts on the chains."""

from collections.abc import Mapping

from tcmchain.chain.client import ChainClient
from tcmchain.chain.sender import DeployedElsewhere, Sender
from tcmchain.chain.signers import Signer
from tcmchain.members.contract import founding_addresses, founding_deployments
from tcmchain.members.model.genesis import Genesis
from tcmchain.values import Address, ChainName


def contracts_of(deployer: Address) -> dict[tuple[ChainName, str], Address]:
    """Where the contracts stand that ``deployer`` founded a consortium with."""
    return founding_addresses(deployer)


async def found(
    genesis: Genesis, clients: Mapping[ChainName, ChainClient], sender: Sender, deployer: Signer
) -> dict[tuple[ChainName, str], Address]:
    """Put the contracts on all chains, going on where an earlier try stopped; answers where they stand.

    The deployer is used for nothing else. Raises ``DeployedElsewhere`` when it was, and ``FailedInBlock`` when the
    genesis is refused.
    """
    addresses = founding_addresses(deployer.address)
    for wanted in founding_deployments(genesis, deployer.address):
        address = addresses[wanted.chain, wanted.contract]
        if await clients[wanted.chain].code(address):
            continue
        placed = await sender.deploy(deployer, [wanted])
        if placed[wanted.chain, wanted.contract] != address:
            raise DeployedElsewhere(chain=wanted.chain, contract=wanted.contract)
    return addresses
