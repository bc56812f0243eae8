"""Units over HTTP: the SDK's part, and trees from other members' nodes."""

from tcmchain.units.client.units import UnitsClient

__all__ = ["UnitsClient"]
