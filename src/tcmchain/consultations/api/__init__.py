"""HTTP doors of questions and answers."""

from tcmchain.consultations.api.routes import router

__all__ = ["router"]
