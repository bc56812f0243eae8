"""Formulas over HTTP: the SDK's part, sealing, and desks of other members' nodes."""

from tcmchain.formulas.client.formulas import FormulasClient

__all__ = ["FormulasClient"]
