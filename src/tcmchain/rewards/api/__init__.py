"""HTTP doors of points and of what is earned."""

from tcmchain.rewards.api.points import router

__all__ = ["router"]
