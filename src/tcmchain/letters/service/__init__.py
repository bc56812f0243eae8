"""What can be done."""

from tcmchain.letters.service.letters import Letters

__all__ = ["Letters"]
