"""What can be done."""

from tcmchain.rewards.service.points import Rewards

__all__ = ["Rewards"]
