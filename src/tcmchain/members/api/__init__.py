"""HTTP doors of membership."""

from tcmchain.members.api.routes import router

__all__ = ["router"]
