"""Pages of questions and answers."""

from tcmchain.consultations.pages.routes import router

__all__ = ["router"]
