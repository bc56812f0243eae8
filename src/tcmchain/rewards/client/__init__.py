"""SDK over HTTP."""

from tcmchain.rewards.client.points import RewardsClient

__all__ = ["RewardsClient"]
