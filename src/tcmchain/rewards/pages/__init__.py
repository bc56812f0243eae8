"""Pages of points and of what is earned."""

from tcmchain.rewards.pages.points import router

__all__ = ["router"]
