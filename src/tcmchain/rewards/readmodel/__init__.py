"""Events as tables, and reads of them."""

from tcmchain.rewards.readmodel.points import RewardsProjection, RewardsRecords

__all__ = ["RewardsProjection", "RewardsRecords"]
